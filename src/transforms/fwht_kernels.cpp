#include "transforms/fwht_kernels.hpp"

namespace korobov::detail {
namespace {

template <class T>
void join(const T* a, const T* b, T* low, T* high, Index n, T scale) {
  for (Index k = 0; k < n; ++k) {
    const T even = a[k], odd = b[k];
    low[k] = (even + odd) * scale;
    high[k] = (even - odd) * scale;
  }
}

template <class T>
void transform(T* y, int m, T scale) {
  const Index n = Index{1} << m;
  for (Index half = 1; half < n; half *= 2) {
    for (Index block = 0; block < n; block += 2 * half) {
      join(y + block, y + block + half, y + block, y + block + half, half, 2 * half == n ? scale : T{1});
    }
  }
}

}  // namespace

void fwht_row(double* y, int m, double scale) { transform(y, m, scale); }
void fwht_row(float* y, int m, float scale) { transform(y, m, scale); }
void fwht_join_rows(const double* a, const double* b, double* low, double* high, Index n, double scale) {
  join(a, b, low, high, n, scale);
}
void fwht_join_rows(const float* a, const float* b, float* low, float* high, Index n, float scale) {
  join(a, b, low, high, n, scale);
}

}  // namespace korobov::detail
