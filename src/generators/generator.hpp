// What stands behind a point set's handle: immutable, and checked by the handle before it is called.
#ifndef KOROBOV_SRC_GENERATORS_GENERATOR_HPP
#define KOROBOV_SRC_GENERATORS_GENERATOR_HPP

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <korobov/generators/point_set.hpp>

namespace korobov::detail {

inline constexpr Index kLargestIndex = std::numeric_limits<Index>::max();

struct Facts {
  std::string_view family;
  Index dimension = 0;
  Index size_limit = kLargestIndex;
  SymmetryKind symmetry = SymmetryKind::unstructured;
  Order order = Order::natural;
  Randomization randomization = Randomization::none;
  std::optional<Seed> seed = std::nullopt;
  std::uint32_t replicate = 0;
  bool fast_transform = false;
  std::string details = {};  // of the family, for the description: ", n=1009"
};

class Generator {
 public:
  explicit Generator(const Facts& facts) : facts_(facts) {}
  virtual ~Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  const Facts& facts() const noexcept { return facts_; }

  // A valid range into a valid output. The default converts tiles of words().
  virtual void fill(Range range, MatrixSpan<double> out, Endpoint endpoint) const;
  virtual void fill(Range range, MatrixSpan<float> out, Endpoint endpoint) const;
  virtual void fill(Range range, MatrixSpan<Word> out, Endpoint endpoint) const;

  // Row-major (range.size(), d) words, serially.
  virtual void words(Range range, Word* out) const = 0;
  // Row-major (indices.size(), d) words of scattered points, serially.
  virtual void words_at(std::span<const Index> indices, Word* out) const = 0;
  // Replicate r of the randomization, or of the matrices a net was made from.
  virtual std::shared_ptr<const Generator> replicate(std::uint32_t r) const = 0;

 private:
  Facts facts_;
};

// Row-major words as coordinates of type T, into any strides.
template <class T>
void convert(const Word* words, MatrixSpan<T> out, Endpoint endpoint);

// Rows a thread should have at least: starting one costs some 20 us.
Index rows_per_thread(Index dimension) noexcept;
// Rows of a tile of words that stays in the first-level cache.
Index rows_per_tile(Index dimension) noexcept;

// Word 0 of the stream (seed, purpose, replicate, j) for each dimension j < d.
std::vector<Word> random_words(Index d, Seed seed, Purpose purpose, std::uint32_t replicate);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_GENERATOR_HPP
