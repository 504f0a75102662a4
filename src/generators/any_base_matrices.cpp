#include "generators/any_base_matrices.hpp"

#include <algorithm>

#include <korobov/core/parallel.hpp>

#include "generators/any_base.hpp"

namespace korobov::detail {
namespace {

// Polynomials over F_p by their coefficients, that of x^0 first; the leading one is 1.
using Polynomial = std::vector<Word>;

std::size_t degree(const Polynomial& f) noexcept { return f.size() - 1; }

Polynomial product(const Polynomial& f, const Polynomial& g, Word p) {
  Polynomial result(degree(f) + g.size(), 0);
  for (std::size_t i = 0; i < f.size(); ++i) {
    for (std::size_t j = 0; j < g.size(); ++j) result[i + j] = (result[i + j] + f[i] * g[j]) % p;
  }
  return result;
}

bool divides(const Polynomial& g, Polynomial f, Word p) {
  for (std::size_t top = f.size(); top-- > degree(g);) {
    const Word factor = f[top];
    if (factor == 0) continue;
    for (std::size_t k = 0; k < g.size(); ++k) {
      Word& c = f[top - degree(g) + k];
      c = (c + (p - factor) * g[k]) % p;
    }
  }
  return std::all_of(f.begin(), f.begin() + static_cast<std::ptrdiff_t>(degree(g)), [](Word c) { return c == 0; });
}

// The first `count` monic irreducible polynomials, by degree and then by their coefficients read as a number in base p.
std::vector<Polynomial> irreducible_polynomials(Index count, Word p) {
  std::vector<Polynomial> found;
  const auto size = static_cast<std::size_t>(count);
  for (Polynomial f{0, 1}; found.size() < size;) {
    const bool reducible = std::any_of(found.begin(), found.end(), [&](const Polynomial& g) {
      return 2 * degree(g) <= degree(f) && divides(g, f, p);
    });
    if (!reducible) found.push_back(f);
    std::size_t k = 0;
    while (k < degree(f) && ++f[k] == p) f[k++] = 0;
    if (k == degree(f)) {
      f[k] = 0;
      f.push_back(1);
    }
  }
  return found;
}

// x^u / f = sum_c a_c x^(-c-1), u < degree(f): a_0 .. a_{size-1}, by long division.
std::vector<Word> laurent(std::size_t u, const Polynomial& f, std::size_t size, Word p) {
  const std::size_t e = degree(f);
  std::vector<Word> a(size, 0);
  for (std::size_t c = 0; c < size; ++c) {
    Word sum = c + 1 + u == e ? 1 : 0;
    for (std::size_t l = 1; l <= std::min(c, e); ++l) sum = (sum + (p - f[e - l]) * a[c - l]) % p;
    a[c] = sum;
  }
  return a;
}

GeneratingMatrices square_matrices(Index count, std::uint32_t p) {
  const Index digits = Base(p).digits();
  return {count, digits, digits, std::vector<std::uint32_t>(static_cast<std::size_t>(count * digits * digits), 0)};
}

}  // namespace

GeneratingMatrices faure_matrices(Index count, std::uint32_t p) {
  GeneratingMatrices result = square_matrices(count, p);
  const auto digits = static_cast<std::size_t>(result.rows);
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
    // Column c holds the coefficients of (z + k)^c, from that of the column before.
    std::uint32_t* matrix = result.digits.data() + k * digits * digits;
    matrix[0] = 1;
    for (std::size_t c = 1; c < digits; ++c) {
      for (std::size_t r = 0; r <= c; ++r) {
        const Word before = r > 0 ? matrix[(r - 1) * digits + c - 1] : 0;
        matrix[r * digits + c] = static_cast<std::uint32_t>((before + k * matrix[r * digits + c - 1]) % p);
      }
    }
  }
  return result;
}

GeneratingMatrices niederreiter_matrices(Index count, std::uint32_t p) {
  GeneratingMatrices result = square_matrices(count, p);
  const std::vector<Polynomial> polynomials = irreducible_polynomials(count, p);
  const auto digits = static_cast<std::size_t>(result.rows);
  parallel_for(count, 16, [&](Range part) {
    for (Index j = part.first; j < part.last; ++j) {
      const Polynomial& q = polynomials[static_cast<std::size_t>(j)];
      std::uint32_t* row = result.digits.data() + static_cast<std::size_t>(j) * digits * digits;
      Polynomial power{1};
      for (std::size_t r = 0; r < digits; ++r, row += digits) {
        const std::size_t u = r % degree(q);
        if (u == 0) power = product(power, q, p);
        const std::vector<Word> a = laurent(u, power, digits, p);
        std::transform(a.begin(), a.end(), row, [](Word c) { return static_cast<std::uint32_t>(c); });
      }
    }
  });
  return result;
}

Index integer_root(Index n, int m) noexcept {
  const auto at_most = [&](Index b) {  // b^m <= n
    Index power = 1;
    for (int e = 0; e < m; ++e) {
      if (power > n / b) return false;
      power *= b;
    }
    return true;
  };
  Index low = 1;
  Index high = n;  // low^m <= n; the root is at most high
  while (low < high) {
    const Index middle = low + (high - low + 1) / 2;
    if (at_most(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace korobov::detail
