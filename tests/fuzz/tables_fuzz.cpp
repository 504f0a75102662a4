// libFuzzer target of the table parsers: every input is a table or a DataError, and what was read is written and read
// again as the same table. Build and run: CONTRIBUTING.md.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "fuzz/table_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!korobov::test::lattice_survives(bytes) || !korobov::test::net_survives(bytes)) std::abort();
  return 0;
}
