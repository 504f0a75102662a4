// Evolutionary distances of aligned sequences, by the share p of sites in which two differ.
//
//   p          p
//   poisson    -ln(1 - p)                            Zuckerkandl & Pauling (1965)
//   gamma      a ((1 - p)^(-1/a) - 1)                rates as Gamma(a); a -> inf: poisson. Nei & Kumar (2000)
//   kimura     -ln(1 - p - p^2/5)                    Kimura (1983): Dayhoff's PAM of proteins, p < 0.8541
//   jc69       -(3/4) ln(1 - (4/3) p)                Jukes & Cantor (1969), nucleotides, p < 3/4
// At and past the singularity the distance is infinite.
//
// Which sites count is a rule that is named, never a guess. A site is missing where a sequence has a gap -, a ? or an
// ambiguity code of its alphabet.
//   pairwise   of two sequences, the sites missing in neither of them
//   complete   of all, the sites missing in none
//   state      all; a gap, ? or code is one more letter, equal to itself only
// Two sequences (pairwise), or all (complete), without a site in common are refused.
//
// Letters are compared without case and cut into bit planes, five at most: 64 sites differ where the planes do, counted
// by vector popcounts. Cost O(n^2 L / 64) for n sequences of L letters, O(n L) bits of memory beside the result; the
// same numbers for any number of threads. Letters outside the alphabet and sequences of unequal length are refused with
// the place; std::invalid_argument.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <korobov/core/types.hpp>

namespace korobov {

// Which letters there are, and which of them stand for an unknown one. - and ? are in every alphabet.
class KOROBOV_API Alphabet {
 public:
  static Alphabet any();      // A to Z and *, each a letter of its own
  static Alphabet dna();      // A C G T, U is T; missing: N and the other IUPAC codes R Y S W K M B D H V X
  static Alphabet protein();  // the 20 amino acids, U, O and *; missing: X B Z J
  // Letters of its own, at most 30, printable, without - and ?, distinct (upper and lower case are the same).
  explicit Alphabet(std::string_view letters) : Alphabet(letters, "") {}

  Index size() const noexcept { return size_; }  // letters that are not missing
  // Of a character: 0 .. size() - 1 for letters, above for missing ones, -1 for others.
  int code(char letter) const noexcept { return codes_[static_cast<unsigned char>(letter)]; }

 private:
  Alphabet(std::string_view letters, std::string_view missing);
  signed char codes_[256];
  Index size_;
};

enum class Gaps { pairwise, complete, state };
enum class DistanceModel { p, poisson, gamma, kimura, jc69 };

struct DistanceOptions {
  Gaps gaps = Gaps::pairwise;
  double a =
      2.25;  // of gamma: shape of the rates, positive (2.25: close to Dayhoff's distance, Nei & Kumar, section 2.3)
  std::optional<Alphabet> alphabet;  // none: dna for jc69, which needs four letters, else any
};

// The distance of a share 0 <= p <= 1.
KOROBOV_API double evolutionary_distance(double p, DistanceModel model, double a = 2.25);

// n sequences of one length >= 1 -> out (n, n), symmetric, zero diagonal.
KOROBOV_API void sequence_distances(std::span<const std::string> seqs, DistanceModel model, MatrixSpan<double> out,
                                    const DistanceOptions& options = {});

}  // namespace korobov
