// What a filter does to coefficients: c_k factor_k or c_k / factor_k.
#pragma once

namespace korobov::detail {

enum class Pointwise { multiply, divide };

}  // namespace korobov::detail
