#include <algorithm>
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/sequences/distances.hpp>

#include "sequences/bit_planes.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr std::string_view kAlways = "-?";  // missing in every alphabet
constexpr Index kMostLetters = 30;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
unsigned char as_upper(char c) { return static_cast<unsigned char>(is_lower(c) ? c - 'a' + 'A' : c); }

// -c ln(1 - x), infinite from x = 1 on.
double log_distance(double c, double x) {
  return x >= 1 ? std::numeric_limits<double>::infinity() : -c * std::log1p(-x);
}

}  // namespace

Alphabet::Alphabet(std::string_view letters, std::string_view missing) : size_(static_cast<Index>(letters.size())) {
  require(size_ >= 1 && size_ <= kMostLetters, "alphabet", "must have 1 to 30 letters", size_);
  std::fill(std::begin(codes_), std::end(codes_), static_cast<signed char>(-1));
  signed char next = 0;
  const auto add = [&](char letter) {
    const std::string_view text(&letter, 1);
    require(letter > ' ' && letter <= '~' && (next >= size_ || kAlways.find(letter) == std::string_view::npos),
            "alphabet", "letters must be printable and neither - nor ?", text);
    const unsigned char upper = as_upper(letter);
    require(codes_[upper] < 0, "alphabet", "letters must be distinct, upper and lower case being the same", text);
    codes_[upper] = next;
    if (is_upper(static_cast<char>(upper))) codes_[upper - 'A' + 'a'] = next;
    ++next;
  };
  for (const std::string_view part : {letters, kAlways, missing}) std::for_each(part.begin(), part.end(), add);
}

Alphabet Alphabet::any() { return Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ*"); }

Alphabet Alphabet::dna() {
  Alphabet alphabet("ACGT", "RYSWKMBDHVNX");
  alphabet.codes_[static_cast<std::size_t>('U')] = alphabet.codes_[static_cast<std::size_t>('T')];
  alphabet.codes_[static_cast<std::size_t>('u')] = alphabet.codes_[static_cast<std::size_t>('T')];
  return alphabet;
}

Alphabet Alphabet::protein() { return {"ACDEFGHIKLMNPQRSTVWYUO*", "XBZJ"}; }

double evolutionary_distance(double p, DistanceModel model, double a) {
  require(p >= 0 && p <= 1, "p", "must be from 0 to 1", p);
  require(a > 0 && std::isfinite(a), "a", "must be positive and finite", a);
  switch (model) {
    case DistanceModel::poisson:
      return log_distance(1, p);
    case DistanceModel::gamma:
      return p >= 1 ? std::numeric_limits<double>::infinity() : a * std::expm1(-std::log1p(-p) / a);
    case DistanceModel::kimura:
      return log_distance(1, p + p * p / 5);
    case DistanceModel::jc69:
      return log_distance(0.75, 4 * p / 3);
    case DistanceModel::p:
      break;
  }
  return p;
}

void sequence_distances(std::span<const std::string> seqs, DistanceModel model, MatrixSpan<double> out,
                        const DistanceOptions& options) {
  const bool is_jc69 = model == DistanceModel::jc69;
  const Alphabet alphabet = options.alphabet.value_or(is_jc69 ? Alphabet::dna() : Alphabet::any());
  require(!is_jc69 || alphabet.size() == 4, "alphabet", "must have four letters for jc69", alphabet.size());
  require(options.a > 0 && std::isfinite(options.a), "a", "must be positive and finite", options.a);
  const detail::BitPlanes planes = detail::bit_planes(seqs, options.gaps, alphabet);
  detail::for_all_pairs(
      planes, [&](double p) { return evolutionary_distance(p, model, options.a); }, out);
}

}  // namespace korobov
