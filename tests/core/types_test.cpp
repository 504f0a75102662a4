#include <doctest/doctest.h>

#include <korobov/core/types.hpp>

using namespace korobov;

TEST_CASE("coordinates never reach 1, and the open form never reaches 0") {
  constexpr Word top = ~Word{0};
  CHECK(coordinate<double>(top) == 1 - 0x1p-53);
  CHECK(coordinate<float>(top) == 1 - 0x1p-24F);
  CHECK(coordinate<double>(0) == 0);
  CHECK(coordinate<double>(0, Endpoint::open) == 0x1p-53);
  CHECK(coordinate<double>(top, Endpoint::open) == 1 - 0x1p-53);
  CHECK(coordinate<float>(0, Endpoint::open) == 0x1p-24F);
  CHECK(coordinate<float>(top, Endpoint::open) == 1 - 0x1p-24F);
  CHECK(coordinate<Word>(top, Endpoint::open) == top);
}

TEST_CASE("a matrix view addresses through both strides") {
  int data[6] = {0, 1, 2, 3, 4, 5};
  const MatrixSpan<int> rows(data, 2, 3);
  const MatrixSpan<int> columns(data, 3, 2, 1, 3);
  CHECK(rows(1, 2) == 5);
  CHECK(columns(2, 1) == 5);
  CHECK(rows.is_contiguous());
  CHECK(!columns.is_contiguous());
  CHECK(rows.row_range(1, 2)(0, 0) == 3);
}
