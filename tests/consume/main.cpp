// A stranger's program: it sees the public headers only, and may be built with other flags than the library.
#include <exception>
#include <iostream>
#include <stdexcept>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  std::vector<double> sums(4, 0.0);
  kb::parallel_for(4, 1, [&](kb::Range range) {
    for (kb::Index i = range.first; i < range.last; ++i) sums[static_cast<std::size_t>(i)] = static_cast<double>(i);
  });
  bool refused = false;
  try {
    kb::set_num_threads(0);
  } catch (const std::invalid_argument& error) {
    refused = true;
    std::cout << error.what() << '\n';
  }
  const bool good = refused && sums[3] == 3.0 && kb::Seed{7}.child(1) != kb::Seed{7}.child(2);
  std::cout << kb::name(kb::instruction_set()) << (good ? ": ok" : ": failed") << '\n';
  return good ? 0 : 1;
}
