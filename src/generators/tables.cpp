#include <algorithm>
#include <bit>
#include <fstream>

#include <korobov/core/bits.hpp>
#include <korobov/generators/tables.hpp>

#include "core/files.hpp"
#include "generators/interlace.hpp"
#include "generators/table_formats.hpp"

namespace korobov {
namespace {

using detail::bytes_of_file;
using detail::IntegerArray;
using detail::require;
using detail::shown;

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw DataError(path.string(), 0, "cannot be written");
}

TableFormat format_of(const std::filesystem::path& path) {
  return path.extension() == ".npy" ? TableFormat::npy : TableFormat::text;
}

bool all_odd(const std::vector<Word>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](Word z) { return z % 2 == 1; });
}

// Matrices (replicates, d, k) as 64-bit words, bit 63 the first digit, of a table in base 2.
std::vector<Word> words_of(const NetTable& table) {
  std::vector<Word> words = table.matrices;
  for (Word& w : words) w <<= 64 - table.digits;
  return words;
}

void require_sizes(const NetTable& table) {
  require(table.replicates >= 1, "replicates", "must be at least 1", table.replicates);
  require(table.dimension >= 1, "dimension", "must be at least 1", table.dimension);
  require(table.columns >= 1, "columns", "must be at least 1", table.columns);
  require(table.base >= 2, "base", "must be at least 2", table.base);
  require(table.digits >= 1 && detail::word_power(table.base, table.digits), "digits",
          "must be at least 1 and fit into 64 bits", table.digits);
  const auto count = static_cast<Index>(table.matrices.size());
  require(count % table.columns == 0 && count / table.columns % table.dimension == 0 &&
              count / table.columns / table.dimension == table.replicates,
          "matrices", "must have replicates * dimension * columns elements", count);
}

// Matrices (rows, k) of coordinates as those of their components (rows * alpha, k).
std::vector<Word> taken_apart(const std::vector<Word>& words, Index columns, int alpha) {
  const auto k = static_cast<std::size_t>(columns);
  std::vector<Word> components;
  for (std::size_t row = 0; row < words.size(); row += k) {
    for (int c = 0; c < alpha; ++c) {
      for (std::size_t at = row; at < row + k; ++at) components.push_back(detail::component(words[at], alpha, c));
    }
  }
  return components;
}

// The line of a # dnet file that holds the base: the first that is neither blank nor a comment.
Index base_line(std::string_view text) {
  Index line = 1;
  for (std::size_t at = 0; at < text.size() && text.find_first_not_of(" \t\r", at) != std::string_view::npos; ++line) {
    const char first = text[text.find_first_not_of(" \t\r", at)];
    if (first != '#' && first != '\n' && line > 1) return line;
    at = text.find('\n', at);
    if (at == std::string_view::npos) break;
    ++at;
  }
  return line;
}

int checked_alpha(const NetTable& table, std::optional<int> alpha) {
  const int order = alpha.value_or(table.alpha);
  require(order >= 1 && order <= detail::kMostInterlaced, "alpha", "must be from 1 to 5", order);
  return order;
}

}  // namespace

LatticeTable parse_lattice(std::string_view bytes, std::string_view file) {
  if (!detail::is_npy(bytes)) return detail::parse_lattice_text(bytes, file);
  IntegerArray array = detail::parse_npy(bytes, file);
  if (array.shape.size() != 1) throw DataError(file, 1, "expected an array of one axis, a generating vector");
  if (!all_odd(array.values)) {
    throw DataError(file, 1, "expected odd components: a .npy file holds no n, so the order is radical-inverse");
  }
  return {0, std::move(array.values)};
}

NetTable parse_net(std::string_view bytes, std::string_view file) {
  if (!detail::is_npy(bytes)) return detail::parse_net_text(bytes, file);
  IntegerArray array = detail::parse_npy(bytes, file);
  const std::size_t axes = array.shape.size();
  if (axes < 2) throw DataError(file, 1, "expected an array of two or three axes, generating matrices");
  NetTable table;
  table.replicates = axes == 3 ? array.shape[0] : 1;
  table.dimension = array.shape[axes - 2];
  table.columns = array.shape[axes - 1];
  table.digits = 64;
  if (table.columns > 64) {
    throw DataError(file, 1, "expected at most 64 columns, got " + std::to_string(table.columns));
  }
  table.matrices = std::move(array.values);
  return table;
}

Lattice lattice_of(const LatticeTable& table, std::optional<Order> order) {
  LatticeOptions options;
  const bool extensible = (table.n == 0 || is_power_of_two(table.n)) && all_odd(table.generating_vector);
  options.order = order.value_or(extensible ? Order::natural : Order::linear);
  if (table.n != 0) options.n = table.n;
  options.generating_vector = table.generating_vector;
  return Lattice(static_cast<Index>(table.generating_vector.size()), options);
}

DigitalNet net_of(const NetTable& table, Order order, std::optional<int> alpha) {
  require_sizes(table);
  require(table.base == 2, "base", "must be 2 for a digital net in base 2", table.base);
  DigitalNetOptions options;
  options.order = order;
  options.alpha = checked_alpha(table, alpha);
  std::vector<Word> words = words_of(table);
  if (options.alpha > 1) words = taken_apart(words, table.columns, options.alpha);
  const Index rows = table.dimension * options.alpha;
  std::vector<MatrixSpan<const Word>> replicates;
  for (Index r = 0; r < table.replicates; ++r) {
    replicates.emplace_back(words.data() + r * rows * table.columns, rows, table.columns);
  }
  return DigitalNet(std::span<const MatrixSpan<const Word>>(replicates), options);
}

DigitalNetAnyBase net_any_base_of(const NetTable& table, std::optional<int> alpha) {
  require_sizes(table);
  require(table.replicates == 1, "replicates", "must be 1 for a net in any base", table.replicates);
  require(table.base <= Word{kLargestBase}, "base", "must be at most 2^21", table.base);
  const int order = checked_alpha(table, alpha);
  GeneratingMatrices matrices;
  matrices.count = table.dimension * order;
  matrices.rows = (table.digits + order - 1) / order;
  matrices.columns = table.columns;
  const Index size = matrices.rows * matrices.columns;
  matrices.digits.assign(static_cast<std::size_t>(matrices.count * size), 0);
  const Word* column = table.matrices.data();
  for (Index j = 0; j < table.dimension; ++j) {
    std::uint32_t* components = matrices.digits.data() + j * order * size;
    for (Index k = 0; k < table.columns; ++k) {
      Word rest = *column++;
      for (Index l = table.digits; l-- > 0; rest /= table.base) {
        components[l % order * size + l / order * table.columns + k] = static_cast<std::uint32_t>(rest % table.base);
      }
    }
  }
  return {static_cast<Index>(table.base), matrices, order};
}

LatticeTable table_of(const Lattice& lattice) {
  require(!lattice.is_randomized(), "lattice", "must be plain: a file holds no randomization",
          name(lattice.randomization()));
  const auto z = lattice.generating_vector();
  const bool limited = lattice.n() || lattice.size_limit() != std::numeric_limits<Index>::max();
  return {limited ? lattice.size_limit() : 0, {z.begin(), z.end()}};
}

NetTable table_of(const DigitalNet& net) {
  require(!net.is_randomized(), "net", "must be plain: a file holds no randomization", name(net.randomization()));
  const std::vector<Word> components = net.matrices();
  const auto all = static_cast<std::size_t>(net.columns());
  const auto alpha = static_cast<std::size_t>(net.alpha());
  NetTable table;
  table.dimension = net.dimension();
  table.alpha = net.alpha();
  table.columns = std::min(net.columns(), Index{64 / net.alpha()});
  Word used = Word{1} << (64 - table.columns);  // as many digits as columns at least
  std::vector<Word> parts(alpha);
  for (std::size_t row = 0; row < components.size(); row += alpha * all) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(table.columns); ++k) {
      for (std::size_t c = 0; c < alpha; ++c) parts[c] = components[row + c * all + k];
      Word w = 0;
      detail::interlace(net.alpha(), parts.data(), 1, &w);
      table.matrices.push_back(w);
      used |= w;
    }
  }
  table.digits = 64 - std::countr_zero(used);
  for (Word& w : table.matrices) w >>= 64 - table.digits;
  return table;
}

NetTable table_of(const DigitalNetAnyBase& net) {
  require(!net.is_randomized(), "net", "must be plain: a file holds no randomization", name(net.randomization()));
  const GeneratingMatrices matrices = net.matrices();
  NetTable table;
  table.base = net.base();
  table.dimension = net.dimension();
  table.columns = matrices.columns;
  table.alpha = net.alpha();
  table.digits = std::min(net.places(), matrices.rows * net.alpha());
  const Index size = matrices.rows * matrices.columns;
  for (Index j = 0; j < table.dimension; ++j) {
    const std::uint32_t* components = matrices.digits.data() + j * net.alpha() * size;
    for (Index k = 0; k < table.columns; ++k) {
      Word column = 0;
      for (Index l = 0; l < table.digits; ++l) {
        column = column * table.base + components[l % net.alpha() * size + l / net.alpha() * table.columns + k];
      }
      table.matrices.push_back(column);
    }
  }
  return table;
}

void append(NetTable& table, const NetTable& replicates) {
  require_sizes(table);
  require_sizes(replicates);
  require(replicates.base == table.base && replicates.dimension == table.dimension &&
              replicates.columns == table.columns && replicates.alpha == table.alpha,
          "replicates", "must have the base, dimension, columns and alpha of the table", "others");
  const Index digits = std::max(table.digits, replicates.digits);
  const auto widen = [&](std::vector<Word> matrices, Index from) {
    for (Index l = from; l < digits; ++l) {
      for (Word& column : matrices) column *= table.base;
    }
    return matrices;
  };
  const std::vector<Word> more = widen(replicates.matrices, replicates.digits);
  table.matrices = widen(std::move(table.matrices), table.digits);
  table.matrices.insert(table.matrices.end(), more.begin(), more.end());
  table.digits = digits;
  table.replicates += replicates.replicates;
}

std::string bytes_of(const LatticeTable& table, TableFormat format) {
  require(!table.generating_vector.empty(), "generating_vector", "must not be empty", 0);
  require(table.n >= 0, "n", "must not be negative", table.n);
  if (format == TableFormat::text) return detail::lattice_text(table);
  return detail::npy_bytes({{static_cast<Index>(table.generating_vector.size())}, table.generating_vector});
}

std::string bytes_of(const NetTable& table, TableFormat format) {
  require_sizes(table);
  if (format == TableFormat::text) {
    require(table.replicates == 1, "replicates", "must be 1 in text (.npy holds several)", table.replicates);
    return detail::net_text(table);
  }
  require(table.base == 2, "base", "must be 2 in .npy", table.base);
  IntegerArray array{{table.dimension, table.columns}, words_of(table)};
  if (table.replicates > 1) array.shape.insert(array.shape.begin(), table.replicates);
  return detail::npy_bytes(array);
}

Lattice read_lattice(const std::filesystem::path& path, std::optional<Order> order) {
  return lattice_of(parse_lattice(bytes_of_file(path), path.string()), order);
}

DigitalNet read_net(const std::filesystem::path& path, Order order, std::optional<int> alpha) {
  const std::string bytes = bytes_of_file(path);
  const NetTable table = parse_net(bytes, path.string());
  if (table.base != 2) {
    throw DataError(path.string(), base_line(bytes), "expected base 2, got " + std::to_string(table.base));
  }
  return net_of(table, order, alpha);
}

DigitalNetAnyBase read_net_any_base(const std::filesystem::path& path, std::optional<int> alpha) {
  return net_any_base_of(parse_net(bytes_of_file(path), path.string()), alpha);
}

void write_lattice(const std::filesystem::path& path, const Lattice& lattice) {
  const TableFormat format = format_of(path);
  require(format == TableFormat::text || lattice.order() != Order::linear, "path",
          "must not end in .npy for a lattice in linear order, whose n a .npy file does not hold", path.string());
  write_bytes(path, bytes_of(table_of(lattice), format));
}

void write_net(const std::filesystem::path& path, const DigitalNet& net) {
  write_bytes(path, bytes_of(table_of(net), format_of(path)));
}

void write_net(const std::filesystem::path& path, const DigitalNetAnyBase& net) {
  write_bytes(path, bytes_of(table_of(net), format_of(path)));
}

}  // namespace korobov
