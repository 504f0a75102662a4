"""Named faults: one replacement in one source each, that some test must notice (tests/mutants/run)."""

from typing import NamedTuple


class Fault(NamedTuple):
    name: str
    what: str
    file: str
    old: str  # occurs once
    new: str
    layers: tuple[str, ...]  # whose tests are run


CORE = ("core",)
GENERATORS = ("generators",)
TRANSFORMS = ("transforms",)
MEASURES = ("measures",)
CUBATURE = ("cubature",)

FAULTS = [
    # ---- core
    Fault("philox-nine-rounds", "the engine does one round less", "src/core/seed.cpp",
          "constexpr int kRounds = 10;", "constexpr int kRounds = 9;", CORE),
    Fault("replicate-left-out-of-key", "every replicate draws from one stream", "src/core/seed.cpp",
          "block_ = philox({place_ / 4, dimension_, replicate_, 0}, key_);",
          "block_ = philox({place_ / 4, dimension_, 0, 0}, key_);", CORE),
    Fault("parallel-gap", "the last thread's range starts a grain late", "src/core/parallel.cpp",
          "return t == threads ? count : (chunks / threads * t + chunks % threads * t / threads) * grain;",
          "return t == threads ? count : (chunks / threads * t + chunks % threads * t / threads + (t > 0)) * grain;",
          CORE + GENERATORS),
    Fault("parallel-swallows", "an exception in a thread is lost", "src/core/parallel.cpp",
          "if (error) std::rethrow_exception(error);", "if (error) return;", CORE),
    # ---- generators
    Fault("lattice-shift-of-replicate-0", "every replicate of a lattice has the first one's shift",
          "src/generators/lattice.cpp", "detail::random_words(d, *seed, Purpose::shift, replicate)",
          "detail::random_words(d, *seed, Purpose::shift, 0)", GENERATORS),
    Fault("lattice-column-off-by-one", "column k is z 2^(62-k)", "src/generators/lattice.cpp",
          "64 - points.bits + k : 63 - k;", "64 - points.bits + k : 62 - k;", GENERATORS),
    Fault("linear-lattice-drops-carry", "the remainders' carry is dropped", "src/generators/linear_lattice.cpp",
          "at[j].quotient + step_[j].quotient + carry", "at[j].quotient + step_[j].quotient", GENERATORS),
    Fault("scramble-transposed", "the random digits of a matrix scramble are above the diagonal",
          "src/generators/digital_net.cpp", "& (diagonal - 1));", "& ~(2 * diagonal - 1));", GENERATORS),
    Fault("scramble-without-diagonal", "the scramble's diagonal is random", "src/generators/digital_net.cpp",
          "scramble[p] = diagonal | (", "scramble[p] = (", GENERATORS),
    Fault("scramble-same-in-every-dimension", "all dimensions share a scramble", "src/generators/digital_net.cpp",
          "static_cast<std::uint64_t>(j), replicate, 0}, Varying::place,", "0 * static_cast<std::uint64_t>(j), replicate, 0}, Varying::place,",
          GENERATORS),
    Fault("net-shift-of-replicate-0", "every replicate of a net has the first one's digital shift",
          "src/generators/digital_net.cpp", "random_words(d, *seed, Purpose::digital_shift, replicate)",
          "random_words(d, *seed, Purpose::digital_shift, 0)", GENERATORS),
    Fault("table-size-unchecked", "a table's sizes are not held against its length", "src/generators/table_text.cpp",
          "if (d > lines.capacity()) {", "if (d > lines.capacity() && d < 9) {", GENERATORS),
    Fault("table-columns-unread", "columns may have any digits", "src/generators/table_text.cpp",
          'lines.parse(token, "a column", 0, most)', 'lines.parse(token, "a column", 0, most | 1023)', GENERATORS),
    Fault("npy-byte-order", "the byte order of a .npy file is ignored", "src/generators/table_npy.cpp",
          "const std::size_t place = swapped ? bytes.size() - 1 - k : k;", "const std::size_t place = swapped ? k : k;",
          GENERATORS),
    Fault("interlaced-components-reversed", "the last component gives the first digit", "src/generators/interlace.hpp",
          "spread<kAlpha>(components[c]) >> c;", "spread<kAlpha>(components[kAlpha - 1 - c]) >> c;", GENERATORS),
    Fault("interlaced-unscrambled", "an interlaced net ignores its scramble", "src/generators/digital_net.cpp",
          "return scrambles ? scrambled(", "return scrambles && rule.alpha == 1 ? scrambled(", GENERATORS),
    Fault("interlaced-limit", "an interlaced net takes 2^m points whatever its order", "src/generators/digital_net.cpp",
          "std::min(columns, Index{64 / alpha})", "std::min(columns, Index{64 / alpha * alpha})", GENERATORS),
    Fault("sobol-recurrence-term", "the recurrence lacks v_{k-s} >> s",
          "src/generators/sobol_recurrence.hpp",
          "Word v = columns[k - degree] ^ (columns[k - degree] >> degree);", "Word v = columns[k - degree];", GENERATORS),
    Fault("sobol-coefficients-reversed", "the polynomial's coefficients are read backwards",
          "src/generators/sobol_recurrence.hpp",
          "back[terms++] = degree - 1 - static_cast<std::size_t>(std::countr_zero(rest));",
          "back[terms++] = 1 + static_cast<std::size_t>(std::countr_zero(rest));", GENERATORS),
    Fault("block-carry", "going to the next block keeps the columns that carried", "src/generators/column_kernel.cpp",
          "for (int lower = 0; lower < k && !gray; ++lower) {", "for (int lower = 1; lower < k && !gray; ++lower) {",
          GENERATORS),
    Fault("gray-block-not-reversed", "odd blocks in Gray order are even ones", "src/generators/column_kernel.cpp",
          "const Word* block = table[points.gray && high.is_odd() ? 1 : 0] + from * width;",
          "const Word* block = table[0] + from * width;", GENERATORS),
    Fault("open-endpoint-truncates", "the open form lacks its half unit", "src/generators/coordinates-inl.hpp",
          "hn::Set(df, 1.0 - 0x1p-53)", "hn::Set(df, 1.0)", GENERATORS),
    Fault("transposed-tile-tail", "the last columns of a tile repeat the first", "src/generators/convert_kernel.cpp",
          "from + std::min(k, width - 1 - j) * stride", "from + std::min(k, width % 4) * stride", GENERATORS),
    # ---- transforms
    Fault("fwht-odd-half", "one difference is taken the wrong way round", "src/transforms/fwht_kernels.cpp",
          "v[i + half] = even - odd;", "v[i + half] = odd - even;", TRANSFORMS),
    Fault("fwht-join-unscaled", "the joined half is not scaled", "src/transforms/fwht_kernels.cpp",
          "high[k] = (even - odd) * scale;", "high[k] = even - odd;", TRANSFORMS),
    Fault("root-eighth-sign", "the roots of the second eighth turn the other way", "src/transforms/roots.cpp",
          "if (k > 0) write(count - k, -w.im, -w.re);", "if (k > 0) write(count - k, -w.im, w.re);", TRANSFORMS),
    Fault("root-product-conjugate", "products of roots are with a conjugate", "src/transforms/roots.cpp",
          "a.re * b.im + a.im * b.re", "a.re * b.im - a.im * b.re", TRANSFORMS),
    # ---- measures
    Fault("bridge-weights-swapped", "a Brownian bridge leans to the wrong end", "src/measures/path_steps.cpp",
          "hn::MulAdd(a, left, right)", "hn::MulAdd(b, left, right)", MEASURES),
    # ---- rules
    Fault("student-divides-by-r", "the variance of replicates is divided by R, not R - 1", "src/cubature/replicated.cpp",
          "std::sqrt(squares / (r - 1) / r)", "std::sqrt(squares / r / r)", CUBATURE),
    Fault("student-one-sided", "Student's quantile is one-sided", "src/cubature/replicated.cpp",
          "(1 - confidence) / 2));", "(1 - confidence)));", CUBATURE),
    Fault("one-replicate-for-all", "every stream is the set itself", "src/cubature/sampler.cpp",
          "points_.replicate(points_.replicate_index() + s)", "points_.replicate(points_.replicate_index() + 0 * s)",
          CUBATURE),
    Fault("cone-lag-forgotten", "the bound takes the sum of the level m, not m - r", "src/cubature/cone.cpp",
          "sums_[static_cast<std::size_t>(m_ - rule_.lag)];", "sums_[static_cast<std::size_t>(m_)];", CUBATURE),
    Fault("cone-aliases-not-swapped-along", "only the first alias of a pair is swapped", "src/cubature/cone.cpp",
          "for (std::size_t alias = k; alias < n; alias += 2 * half) {",
          "for (std::size_t alias = k; alias < 2 * half; alias += 2 * half) {", CUBATURE),
    Fault("cone-conditions-forget", "the necessary conditions look at the present size only", "src/cubature/cone.cpp",
          "greatest_low_[at] = std::max(greatest_low_[at], (sums_[at] - width) / (1 + w));",
          "greatest_low_[at] = (sums_[at] - width) / (1 + w);", CUBATURE),
    Fault("cone-conditions-forget-the-least", "and at the least sum of the present size only", "src/cubature/cone.cpp",
          "if (w < 1) least_high_[at] = std::min(least_high_[at], (sums_[at] + width) / (1 - w));",
          "if (w < 1) least_high_[at] = (sums_[at] + width) / (1 - w);", CUBATURE),
    Fault("cone-conditions-never-fire", "a failing condition is not recorded", "src/cubature/cone.cpp",
          "if (greatest_low_[at] > least_high_[at]) conditions_hold_ = false;",
          "if (greatest_low_[at] > 1e300 + least_high_[at]) conditions_hold_ = false;", CUBATURE),
    Fault("auto-without-noise-floor", "rule auto trusts the cone alone", "src/cubature/automatic.cpp",
          "const double bound = std::max(now.cone, floor);", "const double bound = now.cone;", CUBATURE),
    Fault("auto-does-not-check", "the second net's mean is not compared", "src/cubature/automatic.cpp",
          "> tolerance_(value)) return escalate();", "> 1e300 + tolerance_(value)) return escalate();", CUBATURE),
    Fault("tolerance-least", "the hybrid tolerance is the smaller one", "src/cubature/tolerance.hpp",
          "return std::max(absolute, std::fabs(s) * relative);", "return std::min(absolute, std::fabs(s) * relative);",
          CUBATURE),
    Fault("periodization-weight", "a periodization lacks a factor of its weight", "src/cubature/periodization.cpp",
          "30 * t * t * s * s", "30 * t * t * s", CUBATURE),
    Fault("control-mean", "the control variates' means are not taken off", "src/cubature/control_variates.cpp",
          "h[i] -= b * (g[i] - means_[j]);", "h[i] -= b * g[i];", CUBATURE),
]
