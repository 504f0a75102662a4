#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/tables.hpp>

using namespace korobov;

TEST_CASE("a lattice table is read with its comments") {
  const LatticeTable table =
      parse_lattice("# lattice\n# ours\n3 # dimensions\n1024\t# points\n1\n5\n18446744073709551615\n\n", "x");
  CHECK(table.n == 1024);
  CHECK(table.generating_vector == std::vector<Word>{1, 5, ~Word{0}});
  CHECK(parse_lattice("# lattice\r\n1\r\n2\r\n1", "x").generating_vector == std::vector<Word>{1});
}

TEST_CASE("every malformed table is a DataError with file and line") {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases{
      {"", "z.txt:1: expected '# lattice', got an empty file"},
      {"lattice\n", "z.txt:1: expected '# lattice', got 'lattice'"},
      {"# dnet\n", "z.txt:1: expected '# lattice', got '# dnet'"},
      {"# lattice\n", "z.txt:2: expected the number of dimensions, got the end of the file"},
      {"# lattice\n2\n", "z.txt:3: expected the number of points, got the end of the file"},
      {"# lattice\n0\n4\n", "z.txt:2: expected the number of dimensions (a number from 1 to 2^64 - 1), got '0'"},
      {"# lattice\n99999999\n4\n", "z.txt:2: expected at most 2^24 dimensions, got 99999999"},
      {"# lattice\n1\n9223372036854775808\n1\n", "z.txt:3: expected fewer than 2^63 points, got 9223372036854775808"},
      {"# lattice\n2\n4\n1\n", "z.txt:5: expected a component of the generating vector, got the end of the file"},
      {"# lattice\n1\n4\n1\n3\n", "z.txt:5: expected the end of the file after 1 components, got '3'"},
      {"# lattice\n1\n4\n1.5\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '1.5'"},
      {"# lattice\n1\n4\n-1\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '-1'"},
      {"# lattice\n1\n4\n18446744073709551616\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got "
       "'18446744073709551616'"},
      {"# lattice\n1\n4\n\n1\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got ''"},
      {"# lattice\n1\n4\n1 1\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '1 1'"},
  };
  for (const Case& wrong : cases) {
    CAPTURE(wrong.text);
    CHECK_THROWS_WITH_AS(parse_lattice(wrong.text, "z.txt"), wrong.message.c_str(), DataError);
  }
}
