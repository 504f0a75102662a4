// libFuzzer target of the FASTA reader: every input is records or a DataError with a line of the file, records are
// those of a plain reading, and distances of aligned ones are counts of sites. Build and run: CONTRIBUTING.md.
#include <cstdint>
#include <cstdlib>

#include "fuzz/fasta_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (!korobov::test::fasta_survives({reinterpret_cast<const char*>(data), size})) std::abort();
  return 0;
}
