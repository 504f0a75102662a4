// Standard normals for samples: a function of (seed, column, row).
#ifndef KOROBOV_SRC_GRAM_NORMALS_HPP
#define KOROBOV_SRC_GRAM_NORMALS_HPP

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>

namespace korobov::detail {

// out (n, r): element (i, s) from word i of the stream (seed, engine, replicate s, dimension 1).
void fill_normals(Seed seed, MatrixSpan<double> out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_NORMALS_HPP
