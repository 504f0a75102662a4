// What a transform does to its input on the way in: y_k factor_k or y_k / factor_k.
#pragma once

namespace korobov::detail {

enum class Pointwise { none, multiply, divide };

}  // namespace korobov::detail
