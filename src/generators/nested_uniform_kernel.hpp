// Vector code of nested uniform scrambling (korobov/generators/nested_uniform.hpp has the definition).
#ifndef KOROBOV_SRC_GENERATORS_NESTED_UNIFORM_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_NESTED_UNIFORM_KERNEL_HPP

#include <array>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// The words a, b, c of one dimension.
struct NestedKey {
  Word input = 0;
  Word middle = 0;
  Word output = 0;
};

// Those of several dimensions, in dimension order, repeated to at least one vector past their number.
struct NestedKeys {
  std::vector<Word> input, middle, output;
  std::vector<Word> origin;  // F(0)
};
inline constexpr std::size_t kNestedSlack = 8;

// F(p).
Word nested_coins(Word p, const NestedKey& key) noexcept;

// The coins that meet the words p 2^(64 - bits), p < 2^bits, of each dimension: coins[origin[j] + p]. A coordinate
// meets those of its first digits, up to the first nonzero digit after them.
struct NestedPrefixes {
  NestedPrefixes(const NestedKeys& keys, Index dimensions, int bits);

  int bits;
  std::vector<Word> origin;  // in the order of the keys, and repeated as they are
  std::vector<Word> coins;
};

// Scrambles words in place: row-major (rows, dimensions), or the words of one dimension. Many rows share prefixes.
void scramble_rows(const NestedKeys& keys, Index dimensions, Index rows, Word* words);
void scramble_run(const NestedKey& key, Index count, Word* words);

// Consecutive points of a dimension whose first b columns are upper triangular: column k < b ends with digit k. A block
// is 2^b consecutive points from a multiple of it on. Its coordinates are X(r) ^ high, X(r) = the columns of the low
// part r, so the first b digits run through all prefixes, and high alone gives the digits after them. table[r] is the
// scrambled X(r). With r' = r ^ c, X(c) = the first b digits of high, the coordinate at r is X(r') followed by the
// lower digits of high: table[r'] is right up to the first of these that is not 0, and each such digit calls for one
// hash.
inline constexpr Index kNestedChunk = 64;
inline constexpr int kNestedLeastBits = 6;

struct NestedTable {
  NestedTable(const Word* columns, int bits, const NestedKey& key);

  int bits;  // b
  NestedKey key;
  std::array<Word, 64> columns;        // column k
  std::array<Word, 64> parent;         // per k < b: the low part of column k less its last digit
  std::array<Word, kNestedChunk> low;  // X(r), r < 64
  std::vector<Word> chunk;             // X(64 t)
  std::vector<Word> scrambled;         // table
};

// What a block adds to the table.
struct NestedBlock {
  NestedBlock(const NestedTable& table, Word high);

  Word permutation = 0;  // c
  int hashes = 0;
  std::array<Word, 65> input;  // what to xor to X(r) before F, less the middle
  std::array<Word, 65> mask;   // digits taken from that F
  Word kept = 0;               // digits taken from the table
  Word added = 0;              // xor of all
};

// Chunks first .. last - 1 of 64 points of a block.
void scramble_chunks(const NestedTable& table, const NestedBlock& block, Index first, Index last, Word* out);

// out[t] = the interlaced words components[t], components[stride + t], .., t < count, 1 <= alpha <= 5.
void interlace_runs(int alpha, const Word* components, Index stride, Index count, Word* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_NESTED_UNIFORM_KERNEL_HPP
