#include "gram/normals.hpp"

#include <algorithm>
#include <vector>

#include <korobov/core/parallel.hpp>
#include <korobov/measures/inverse_normal.hpp>

namespace korobov::detail {

void fill_normals(Seed seed, MatrixSpan<double> out) {
  constexpr Index tile = 4096;
  for (Index s = 0; s < out.cols; ++s) {
    parallel_for(out.rows, tile, [&](Range rows) {
      std::vector<double> u(static_cast<std::size_t>(std::min(tile, rows.size())));
      CounterEngine engine(seed, Purpose::engine, static_cast<std::uint64_t>(s), 1);
      engine.discard(static_cast<std::uint64_t>(rows.first));
      for (Index first = rows.first; first < rows.last; first += tile) {
        const auto part = std::span(u).first(static_cast<std::size_t>(std::min(tile, rows.last - first)));
        for (auto& value : part) value = coordinate<double>(engine(), Endpoint::open);
        inverse_normal(part, part);
        for (Index i = 0; i < std::ssize(part); ++i) out(first + i, s) = part[static_cast<std::size_t>(i)];
      }
    });
  }
}

}  // namespace korobov::detail
