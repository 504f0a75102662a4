// FASTA: files with the oddities of real ones, every malformed one, bytes at random, and the corpus that fuzzing found.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/seed.hpp>
#include <korobov/sequences/fasta.hpp>

#include "fuzz/fasta_checks.hpp"

using namespace korobov;

TEST_CASE("records of one and more lines, with blanks, either line end and a byte order mark") {
  const Fasta fasta = parse_fasta("\xEF\xBB\xBF\r\n>  first | one \r\nACgt\r\nA C\tG-\r\n\r\n> second\nN?.*", "x");
  CHECK(fasta.names == std::vector<std::string>{"first | one", "second"});
  CHECK(fasta.sequences == std::vector<std::string>{"ACgtACG-", "N?.*"});
  CHECK(parse_fasta(">a\nAC\n\n\n", "x").sequences == std::vector<std::string>{"AC"});
}

TEST_CASE("every malformed file is a DataError with file and line") {
  struct Malformed {
    std::string text, message;
  };
  const std::vector<Malformed> cases{
      {"", "f:1: expected a record (a line that begins with >), got none"},
      {"\n\n", "f:1: expected a record (a line that begins with >), got none"},
      {"ACGT\n>a\nACGT\n", "f:1: expected > before the first name, got 'A'"},
      {"\n;comment\n", "f:2: expected > before the first name, got ';'"},
      {">\nACGT\n", "f:1: expected a name after >, got none"},
      {">a\nACGT\n>  \nACGT\n", "f:3: expected a name after >, got none"},
      {">a\n>b\nACGT\n", "f:1: expected letters after the name, got none"},
      {">a\nACGT\n>b\n \n", "f:3: expected letters after the name, got none"},
      {">a\nACGT\n>b", "f:3: expected letters after the name, got none"},
      {">a\nAC\n>b\nAC\n>a\nAC\n", "f:5: expected a new name, got that of line 1"},
      {">a\nAC\nA1\n", "f:3: expected a letter or one of -.?*, got '1'"},
      {">a\nA>C\n", "f:2: expected a letter or one of -.?*, got '>'"},
      {">a\nA\xC3\n", "f:2: expected a letter or one of -.?*, got byte 195"},
      {std::string(">a\nA\0C\n", 7), "f:2: expected a letter or one of -.?*, got byte 0"},
      {std::string(">a\0b\nAC\n", 8), "f:1: expected a name of printable characters, got byte 0"},
      {">a\rAC\r", "f:1: expected a name of printable characters, got byte 13"},
  };
  for (const auto& wrong : cases) {
    CAPTURE(wrong.text);
    CHECK_THROWS_WITH_AS(parse_fasta(wrong.text, "f"), wrong.message.c_str(), DataError);
  }
}

TEST_CASE("whatever the bytes, the answer is records or a DataError, and records are written and read again") {
  CounterEngine engine(Seed{3});
  const std::string_view characters = ">>AC \n\n\r\t-*1\xFF";
  Index records = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text = round % 2 == 0 ? "" : ">a\nAC\n";
    for (std::uint64_t length = engine() % 24; length > 0; --length) text += characters[engine() % characters.size()];
    try {
      const Fasta fasta = parse_fasta(text, "f");
      REQUIRE(fasta.names.size() == fasta.sequences.size());
      std::string written;
      for (std::size_t i = 0; i < fasta.names.size(); ++i)
        written += ">" + fasta.names[i] + "\n" + fasta.sequences[i] + "\n";
      const Fasta again = parse_fasta(written, "f");
      CHECK((again.names == fasta.names && again.sequences == fasta.sequences));
      records += static_cast<Index>(fasta.names.size());
    } catch (const DataError&) {
    }
  }
  CHECK(records > 100);
}

TEST_CASE("files: read, missing, a folder") {
  const auto path = std::filesystem::temp_directory_path() / "korobov_fasta_test.fasta";
  std::ofstream(path, std::ios::binary) << ">a\nACGT\n";
  CHECK(read_fasta(path).sequences.front() == "ACGT");
  std::filesystem::remove(path);
  CHECK_THROWS_WITH_AS(read_fasta(path), (path.string() + ":0: cannot be read").c_str(), DataError);
  CHECK_THROWS_AS(read_fasta(path.parent_path()), DataError);
}

TEST_CASE("every file of the fuzz corpus is records or a DataError") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(KOROBOV_DATA_DIR "/../tests/fuzz/corpus/fasta")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CAPTURE(entry.path().string());
    CHECK(test::fasta_survives(bytes));
    ++files;
  }
  CHECK(files >= 8);
}
