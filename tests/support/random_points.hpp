// Independent points of the open cube, row by row.
#pragma once

#include <vector>

#include <korobov/core/seed.hpp>

inline std::vector<double> random_points(korobov::Index rows, korobov::Index columns, korobov::Seed seed) {
  korobov::CounterEngine engine(seed);
  std::vector<double> u(static_cast<std::size_t>(rows * columns));
  for (auto& value : u) value = korobov::coordinate<double>(engine(), korobov::Endpoint::open);
  return u;
}
