// Everything korobov offers, for users. No header of the library includes this one.
#pragma once

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
