// Everything korobov offers, for users. No header of the library includes this one.
#pragma once

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/cubature/integration.hpp>
#include <korobov/cubature/periodization.hpp>
#include <korobov/cubature/result.hpp>
#include <korobov/cubature/rules.hpp>
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/generators/tables.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fft.hpp>
#include <korobov/transforms/fwht.hpp>
