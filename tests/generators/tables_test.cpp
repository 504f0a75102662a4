// Tables of vectors and matrices: files with the oddities of real ones, every malformed one, what is written and read
// again, and the corpus that fuzzing found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/tables.hpp>

#include "fuzz/table_checks.hpp"
#include "generators/families.hpp"

using namespace korobov;

namespace {

// A .npy file by the text of its format: version 1, header padded to a multiple of 16 bytes.
std::string npy(const std::string& descr, const std::string& order, const std::string& shape, const std::string& data) {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize((header.size() + 11 + 15) / 16 * 16 - 11, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + data;
}

struct Malformed {
  std::string text;
  std::string message;
};

void check_net_error(const Malformed& wrong) {
  CAPTURE(wrong.text);
  CHECK_THROWS_WITH_AS(parse_net(wrong.text, "z"), ("z:" + wrong.message).c_str(), DataError);
}

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("korobov_tables_test_" + name);
}

}  // namespace

TEST_CASE("a lattice table is read with its comments") {
  const LatticeTable table =
      parse_lattice("# lattice\n# ours\n3 # dimensions\n1024\t# points\n1\n5\n18446744073709551615\n\n", "x");
  CHECK(table.n == 1024);
  CHECK(table.generating_vector == std::vector<Word>{1, 5, ~Word{0}});
  CHECK(parse_lattice("# lattice\r\n1\r\n2\r\n1", "x").generating_vector == std::vector<Word>{1});
  CHECK(parse_lattice("\xEF\xBB\xBF# lattice  of ours\n\n 1#d\n\n# n\n7\n\t3 \n# end", "x").n == 7);
  CHECK(parse_lattice("# lattice\n1\n9223372036854775808\n1\n", "x").n == 0);
}

TEST_CASE("every malformed lattice table is a DataError with file and line") {
  const std::vector<Malformed> cases{
      {"", "z.txt:1: expected '# lattice', got an empty file"},
      {"lattice\n", "z.txt:1: expected '# lattice', got 'lattice'"},
      {"# dnet\n", "z.txt:1: expected '# lattice', got '# dnet'"},
      {"# lattices\n", "z.txt:1: expected '# lattice', got '# lattices'"},
      {"\x01\xFF\n", "z.txt:1: expected '# lattice', got '\?\?'"},
      {"# lattice\n", "z.txt:2: expected the number of dimensions, got the end of the file"},
      {"# lattice\n2\n", "z.txt:2: expected at most 0 dimensions, which is what the rest of the file can hold, got 2"},
      {"# lattice\n1\n#", "z.txt:4: expected the number of points, got the end of the file"},
      {"# lattice\n0\n4\n", "z.txt:2: expected the number of dimensions (a number from 1 to 2^64 - 1), got '0'"},
      {"# lattice\n99999999\n4\n",
       "z.txt:2: expected at most 1 dimensions, which is what the rest of the file can hold, got 99999999"},
      {"# lattice\n1\n9223372036854775809\n1\n", "z.txt:3: expected at most 2^63 points, got 9223372036854775809"},
      {"# lattice\n1\n9223372036854775808\n2\n",
       "z.txt:4: expected an odd component for 2^63 points in radical-inverse order, got 2"},
      {"# lattice\n2\n4\n1\n", "z.txt:5: expected a component of the generating vector, got the end of the file"},
      {"# lattice\n1\n4\n1\n3\n", "z.txt:5: expected the end of the file after 1 components, got '3'"},
      {"# lattice\n1\n4\n1.5\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '1.5'"},
      {"# lattice\n1\n4\n-1\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '-1'"},
      {"# lattice\n1\n4\n18446744073709551616\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got "
       "'18446744073709551616'"},
      {"# lattice\n1\n4\n1 1\n",
       "z.txt:4: expected a component of the generating vector (a number from 1 to 2^64 - 1), got '1 1'"},
  };
  for (const Malformed& wrong : cases) {
    CAPTURE(wrong.text);
    CHECK_THROWS_WITH_AS(parse_lattice(wrong.text, "z.txt"), wrong.message.c_str(), DataError);
  }
}

TEST_CASE("the lattice of a table: extensible where its n and components allow it") {
  const Lattice extensible = lattice_of({1024, {1, 5, 1023}});
  CHECK(extensible.order() == Order::natural);
  CHECK(extensible.size_limit() == 1024);
  CHECK(extensible.integers({0, 1024}) ==
        Lattice(3, {.n = 1024, .generating_vector = {1, 5, 1023}}).integers({0, 1024}));
  CHECK(lattice_of({0, {1, 5}}).size_limit() == std::numeric_limits<Index>::max());
  for (const LatticeTable& table : {LatticeTable{127, {1, 29}}, LatticeTable{1024, {1, 6}}}) {
    const Lattice linear = lattice_of(table);
    CHECK(linear.order() == Order::linear);
    CHECK(linear.size_limit() == table.n);
  }
  CHECK(lattice_of({1024, {1, 5}}, Order::linear).order() == Order::linear);
  CHECK_THROWS_AS(lattice_of({127, {1, 29}}, Order::gray), std::invalid_argument);
}

TEST_CASE("a net table in base 2, columns or points in line 3, either order of the digits") {
  // Digits of column c from the first row: C_1 = identity, C_2 = ones above and on the diagonal.
  for (const char* columns : {"3", "8 # 2^3 points"}) {
    const NetTable table =
        parse_net("# dnet\n# ours\n2 # base\n2\n" + std::string(columns) + "\n4\n# C\n8 4  2\n8\t12 14 \n\n", "x");
    CHECK(table.dimension == 2);
    CHECK(table.columns == 3);
    CHECK(table.digits == 4);
    CHECK(table.matrices == std::vector<Word>{8, 4, 2, 8, 12, 14});
  }
  const NetTable upside_down = parse_net("# dnetup\r\n2\r\n1\r\n2\r\n5\r\n1 3\r\n", "x");
  CHECK(upside_down.matrices == std::vector<Word>{16, 24});
  const DigitalNet net = net_of(upside_down);
  CHECK(net.points({0, 4}) == std::vector<double>{0, 0.5, 0.75, 0.25});
  std::string all = "# dnet\n2\n1\n18446744073709551616\n64\n";
  for (int k = 0; k < 64; ++k) all += std::to_string(Word{1} << k) + " ";
  CHECK(net_of(parse_net(all, "x")).columns() == 64);
}

TEST_CASE("a net table in another base keeps its numbers; digits upside down are read in that base") {
  const NetTable table = parse_net("# dnet\n3\n2\n9\n3\n9 3\n9 26\n", "x");
  CHECK(table.base == 3);
  CHECK(table.matrices == std::vector<Word>{9, 3, 9, 26});
  CHECK(parse_net("# dnetup\n3\n1\n2\n3\n1 5\n", "x").matrices == std::vector<Word>{9, 21});  // 2 1 0 -> 0 1 2
  CHECK_THROWS_AS(net_of(table), std::invalid_argument);
  CHECK(test::equal(parse_net(bytes_of(table), "x"), table));
  const NetTable largest = parse_net("# dnet\n65536\n1\n1\n4\n18446744073709551615\n", "x");
  CHECK(largest.matrices == std::vector<Word>{~Word{0}});
  CHECK(net_any_base_of(largest).digits({1, 2}) == std::vector<std::uint32_t>(4, 65535));
}

TEST_CASE("the any-base net of a table: its digits, taken apart if interlaced; in base 2 the points of the other") {
  // Columns (1 0 0), (0 1 0); (1 0 0), (2 2 2) in base 3. Point 5 = 2 + 1 * 3.
  const NetTable table = parse_net("# dnet\n3\n2\n9\n3\n9 3\n9 26\n", "x");
  const DigitalNetAnyBase net = net_any_base_of(table);
  CHECK(net.base() == 3);
  CHECK(net.size_limit() == 9);
  const auto digits = net.digits({5, 6});
  CHECK(std::vector<std::uint32_t>(digits.begin(), digits.begin() + 4) == std::vector<std::uint32_t>{2, 1, 0, 0});
  CHECK(std::vector<std::uint32_t>(digits.begin() + 40, digits.begin() + 44) == std::vector<std::uint32_t>{1, 2, 2, 0});
  CHECK(test::equal(table_of(net), table));
  const DigitalNetAnyBase apart = net_any_base_of(table, 2);
  CHECK(apart.alpha() == 2);
  CHECK(apart.matrices().digits == std::vector<std::uint32_t>{1, 0, 0, 0, 0, 1, 0, 0, 1, 2, 0, 2, 0, 2, 0, 0});
  CHECK(apart.integers({0, 9}) == net.integers({0, 9}));
  const NetTable sobol = table_of(DigitalNet(Sobol(5)));
  CHECK(net_any_base_of(sobol).integers({1000, 1100}) == Sobol(5).integers({1000, 1100}));
  CHECK_THROWS_AS(net_any_base_of(table, 6), std::invalid_argument);
  NetTable large = table;
  large.base = 2097153;
  CHECK_THROWS_WITH_AS(net_any_base_of(large), "base: must be at most 2^21; got 2097153", std::invalid_argument);
  NetTable two = table;
  append(two, table);
  CHECK_THROWS_AS(net_any_base_of(two), std::invalid_argument);
  CHECK_THROWS_AS(table_of(randomized(net, Lms{}, Seed{1})), std::invalid_argument);
}

TEST_CASE("any-base nets are written and read again, the base's line is named where it is wrong") {
  const auto path = temporary("any_base.txt");
  for (const DigitalNetAnyBase& net : std::vector<DigitalNetAnyBase>{
           Faure(5), Faure(3, {.alpha = 2}), Niederreiter(4, {.base = 3, .alpha = 3}), Faure(2, {.base = 1009}),
           DigitalNetAnyBase(6, test::own_digit_matrices(6, 3, 7, 24))}) {
    CAPTURE(net.description());
    write_net(path, net);
    const DigitalNetAnyBase again = read_net_any_base(path);
    const Index n = std::min<Index>(net.size_limit(), 500);
    CHECK(again.base() == net.base());
    CHECK(again.alpha() == net.alpha());
    CHECK(again.size_limit() == net.size_limit());
    CHECK(again.integers({0, n}) == net.integers({0, n}));
    if (net.alpha() == 1) CHECK(again.matrices().digits == net.matrices().digits);
    CHECK(randomized(again, LmsShift{}, Seed{3}).integers({0, n}) ==
          randomized(net, LmsShift{}, Seed{3}).integers({0, n}));
    CHECK(read_net_any_base(path, 1).integers({0, n}) == net.integers({0, n}));
  }
  std::ofstream(path) << "# dnet\n# of ours\n\n 3 # base\n1\n1\n1\n1\n";
  CHECK_THROWS_WITH_AS(read_net(path), (path.string() + ":4: expected base 2, got 3").c_str(), DataError);
  CHECK(read_net_any_base(path).integers({1, 2})[0] == ~Word{0} / 3);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(read_net_any_base(path), DataError);
  CHECK_THROWS_AS(write_net(temporary("any_base.npy"), Faure(3)), std::invalid_argument);
}

TEST_CASE("every malformed net table is a DataError with file and line") {
  for (const Malformed& wrong : std::vector<Malformed>{
           {"", "1: expected '# dnet', got an empty file"},
           {"2\n", "1: expected '# dnet', '# dnetup', '# soboljk' or 'd s a m_i', got '2'"},
           {"# dnet\n", "2: expected the base, got the end of the file"},
           {"# dnet\n1\n", "2: expected the base (a number from 2 to 2097152), got '1'"},
           {"# dnet\n-2\n", "2: expected the base (a number from 2 to 2097152), got '-2'"},
           {"# dnet\n# interlaced alpha=4\n2097152\n1\n1\n1\n1\n",
            "7: expected an order of interlacing that 64 bits can hold, 2097152^alpha <= 2^64, got alpha = 4"},
           {"# dnet\n2097153\n", "2: expected the base (a number from 2 to 2097152), got '2097153'"},
           {"# dnet\n2\n1000000000000\n2\n",
            "3: expected at most 1 dimensions, which is what the rest of the file "
            "can hold, got 1000000000000"},
           {"# dnet\n2\n1\n0\n4\n1\n",
            "4: expected the number k of columns or base^k of points (a number from 1 to 2^64 - 1), got '0'"},
           {"# dnet\n2\n1\n18446744073709551617\n4\n1\n",
            "4: expected the number k of columns or base^k of points (a number from 1 to 2^64 - 1), got "
            "'18446744073709551617'"},
           {"# dnet\n2\n1\n2\n65\n1 2\n", "5: expected digits that 64 bits can hold, 2^r <= 2^64, got r = 65"},
           {"# dnet\n3\n1\n2\n41\n1 2\n", "5: expected digits that 64 bits can hold, 3^r <= 2^64, got r = 41"},
           {"# dnet\n2\n1\n2\n4\n1 2 4\n", "6: expected 2 columns, or k of them with 2^k = 2, got 3"},
           {"# dnet\n2\n1\n8\n4\n1 2\n", "6: expected 8 columns, or k of them with 2^k = 8, got 2"},
           {"# dnet\n2\n1\n2\n4\n1 16\n", "6: expected a column (a number from 0 to 15), got '16'"},
           {"# dnet\n2\n1\n2\n4\n1 -1\n", "6: expected a column (a number from 0 to 15), got '-1'"},
           {"# dnet\n2\n1\n2\n4\n1,2\n", "6: expected a column (a number from 0 to 15), got '1,2'"},
           {"# dnet\n2\n2\n2\n4\n1 2\n1\n", "7: expected 2 columns, got 1"},
           {"# dnet\n2\n2\n2\n4\n1 2\n", "7: expected a line of columns, got the end of the file"},
           {"# dnet\n2\n1\n2\n4\n1 2\n1 2\n", "7: expected the end of the file after 1 lines of columns, got '1 2'"},
           {"d s a m_i\n", "2: expected a row d s a m_1 .. m_s, got the end of the file"},
           {"d s a m_i\n3 1 0 1\n", "2: expected the next dimension (a number from 2 to 2), got '3'"},
           {"d s a m_i\n2 1 0\n", "2: expected d, s, a and m_1 .. m_s, got '2 1 0'"},
           {"d s a m_i\n2 1 1 1\n", "2: expected the coefficients a (a number from 0 to 0), got '1'"},
           {"d s a m_i\n2 33 1 1\n", "2: expected the degree s (a number from 1 to 32), got '33'"},
           {"d s a m_i\n2 1 0 1\n3 2 1 1\n", "3: expected 2 direction numbers, got 1"},
           {"d s a m_i\n2 2 1 1 5\n", "2: expected a direction number (a number from 1 to 3), got '5'"},
           {"d s a m_i\n2 2 1 1 2\n", "2: expected an odd direction number, got 2"},
       }) {
    check_net_error(wrong);
  }
  std::string wide = "# dnet\n2\n1\n65\n64\n1";
  for (int k = 1; k < 65; ++k) wide += " 1";
  check_net_error({wide, "6: expected 65 columns, or k of them with 2^k = 65, got 65"});
}

TEST_CASE("Joe and Kuo's format gives the library's own Sobol' matrices") {
  const std::string rows = "2 1 0 1\n3 2 1 1 3\n4\t3\t1\t1 3 1 \r\n5 3 2 1 1 1\n6 4 1 1 1 3 3\n7 4 4 1 3 5 13\n";
  for (const std::string& head : {std::string("d       s       a       m_i     \n"), std::string("# soboljk\n# 7\n")}) {
    const DigitalNet net = net_of(parse_net(head + rows, "x"));
    CHECK(net.matrices() == Sobol(7).matrices());
    CHECK(net.size_limit() == Sobol(7).size_limit());
  }
}

TEST_CASE("NumPy's format: types, byte orders, Fortran order, versions") {
  const std::string two("\x03\0\0\0\x05\0\0\0", 8);
  CHECK(parse_lattice(npy("<u4", "False", "(2,)", two), "x").generating_vector == std::vector<Word>{3, 5});
  CHECK(parse_lattice(npy("<i8", "False", "(1L,)", std::string("\x03\0\0\0\x05\0\0\0", 8)), "x").generating_vector ==
        std::vector<Word>{(Word{5} << 32) + 3});
  CHECK(parse_lattice(npy(">u2", "True", "(2,)", std::string("\0\x03\1\1", 4)), "x").generating_vector ==
        std::vector<Word>{3, 257});
  const std::string six("\1\2\3\4\5\6", 6);
  const NetTable c_order = parse_net(npy("|u1", "False", "(2, 3)", six), "x");
  CHECK(c_order.matrices == std::vector<Word>{1, 2, 3, 4, 5, 6});
  CHECK(c_order.dimension == 2);
  CHECK(c_order.columns == 3);
  CHECK(parse_net(npy("|u1", "True", "(2, 3)", six), "x").matrices == std::vector<Word>{1, 3, 5, 2, 4, 6});
  const NetTable three = parse_net(npy("|i1", "True", "(3, 1, 2)", six), "x");
  CHECK(three.replicates == 3);
  CHECK(three.matrices == std::vector<Word>{1, 4, 2, 5, 3, 6});
  std::string version_2 = npy("|u1", "False", "(2, 3)", six);
  version_2[6] = 2;
  version_2.insert(10, 2, '\0');
  CHECK(test::equal(parse_net(version_2, "x"), c_order));
}

TEST_CASE("every malformed .npy file is a DataError, whatever sizes it claims") {
  const std::string one(8, '\1');
  const auto refuses = [](const std::string& bytes) {
    CAPTURE(bytes);
    CHECK_THROWS_AS(parse_lattice(bytes, "x"), DataError);
    CHECK_THROWS_AS(parse_net(bytes, "x"), DataError);
  };
  const std::string good = npy("<u8", "False", "(1,)", one);
  CHECK(parse_lattice(good, "x").generating_vector.size() == 1);
  for (std::size_t length = 6; length < good.size(); ++length) refuses(good.substr(0, length));
  refuses(good + "x");
  for (const char* shape :
       {"()", "(0,)", "(2,)", "(-1,)", "(9223372036854775807,)", "(1, 1, 1, 1)", "(1", "1", "(a,)",
        "(99999999999999999999,)", "(4294967296, 4294967296)", "(0, 1)", "(9223372036854775807, 2)"}) {
    refuses(npy("<u8", "False", shape, one));
  }
  for (const char* type : {"<f8", "<u16", "|u8", "=u8", "u8", "|b1", "<U2", "", "|O"}) {
    refuses(npy(type, "False", "(1,)", one));
  }
  refuses(npy("<u8", "None", "(1,)", one));
  refuses(npy("<i8", "False", "(1,)", std::string(7, '\1') + '\xFF'));
  CHECK_THROWS_AS(parse_lattice(npy("<u8", "False", "(1,)", std::string(8, '\2')), "x"), DataError);  // even
  CHECK_THROWS_AS(parse_lattice(npy("<u8", "False", "(1, 1)", one), "x"), DataError);
  CHECK_THROWS_AS(parse_net(npy("<u8", "False", "(1,)", one), "x"), DataError);
  CHECK_THROWS_AS(parse_net(npy("|u1", "False", "(1, 65)", std::string(65, '\1')), "x"), DataError);
  CHECK_THROWS_WITH_AS(parse_net(npy("<u8", "False", "(1, 2)", one), "x"),
                       "x:1: expected the bytes of an array of shape (1, 2) and type <u8, none of its sizes 0, got 8 "
                       "bytes",
                       DataError);
}

TEST_CASE("sets that are written are read again, in both formats") {
  for (const char* ending : {".txt", ".npy"}) {
    const auto path = temporary(std::string("set") + ending);
    for (const Lattice& lattice : {Lattice(5), test::own_lattice(4, Order::natural)}) {
      write_lattice(path, lattice);
      const Lattice again = read_lattice(path);
      CHECK(again.integers({0, 1000}) == lattice.integers({0, 1000}));
      if (path.extension() == ".txt") CHECK(again.size_limit() == lattice.size_limit());
    }
    const DigitalNet sobol = Sobol(4);
    const DigitalNet interlaced = Sobol(3, {.alpha = 2});
    for (const DigitalNet& net :
         {sobol, test::own_net(3, 64), test::own_net(2, 17), interlaced, test::own_net(3, 64, Order::natural, 3)}) {
      write_net(path, net);
      const DigitalNet again = read_net(path, Order::natural, net.alpha());
      CAPTURE(net.description());
      CHECK(again.alpha() == net.alpha());
      CHECK(again.size_limit() == net.size_limit());
      const Index n = std::min<Index>(net.size_limit(), 1000);
      CHECK(again.integers({0, n}) == net.integers({0, n}));
      // The digits that interlacing drops are dropped before a scramble as well as after it.
      CHECK(randomized(again, LmsShift{}, Seed{3}).integers({0, n}) ==
            randomized(net, LmsShift{}, Seed{3}).integers({0, n}));
      CHECK(read_net(path, Order::natural, 1).integers({0, n}) == net.integers({0, n}));
    }
    std::filesystem::remove(path);
  }
  const auto path = temporary("set.txt");
  write_net(path, Sobol(3, {.alpha = 2}));
  CHECK(read_net(path).alpha() == 2);
  CHECK(read_net(path).matrices() == Sobol(3, {.alpha = 2}).matrices());
  CHECK(read_net(path, Order::gray).integers({0, 9}) == Sobol(3, {.order = Order::gray, .alpha = 2}).integers({0, 9}));
  write_lattice(path, Lattice(3, {.order = Order::linear, .n = 127}));
  CHECK(read_lattice(path).integers({0, 127}) == Lattice(3, {.order = Order::linear, .n = 127}).integers({0, 127}));
  std::filesystem::remove(path);
}

TEST_CASE("what a file cannot hold, and files that are not there") {
  CHECK_THROWS_WITH_AS(table_of(randomized(Sobol(2), LmsShift{}, Seed{1})),
                       "net: must be plain: a file holds no randomization; got 'lms_shift'", std::invalid_argument);
  CHECK_THROWS_AS(write_lattice(temporary("z.npy"), Lattice(3, {.order = Order::linear, .n = 127})),
                  std::invalid_argument);
  NetTable table = table_of(test::own_net(2, 4));
  table.replicates = 2;
  CHECK_THROWS_AS(bytes_of(table), std::invalid_argument);
  table.matrices.insert(table.matrices.end(), table.matrices.begin(), table.matrices.begin() + 8);
  CHECK_THROWS_AS(bytes_of(table), std::invalid_argument);
  CHECK(test::equal(parse_net(bytes_of(table, TableFormat::npy), "x"), table));
  table.base = 3;
  table.digits = 40;
  CHECK_THROWS_AS(bytes_of(table, TableFormat::npy), std::invalid_argument);
  CHECK_THROWS_AS(read_net(temporary("missing")), DataError);
  CHECK_THROWS_AS(read_lattice(std::filesystem::temp_directory_path()), DataError);
  CHECK_THROWS_AS(write_net(temporary("missing") / "z", Sobol(1)), DataError);
  const auto path = temporary("base3");
  std::ofstream(path) << "# dnet\n3\n1\n1\n2\n4\n";
  CHECK_THROWS_AS(read_net(path), DataError);
  std::filesystem::remove(path);
}

TEST_CASE("every file of the fuzz corpus is a table or a DataError") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(KOROBOV_DATA_DIR "/../tests/fuzz/corpus/tables")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CAPTURE(entry.path().string());
    CHECK(test::lattice_survives(bytes));
    CHECK(test::net_survives(bytes));
    ++files;
  }
  CHECK(files > 10);
}
