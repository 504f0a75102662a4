// Match kernels: letters counted one by one, the Poisson distance, no negative eigenvalue, and where that would fail.
#include <Eigen/Eigenvalues>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/seed.hpp>
#include <korobov/sequences/match_kernel.hpp>

using namespace korobov;

namespace {

std::vector<double> kernel(const std::vector<std::string>& sequences, Index k, const MatchKernelOptions& options = {}) {
  const auto n = static_cast<Index>(sequences.size());
  std::vector<double> out(sequences.size() * sequences.size());
  match_kernel(sequences, k, {out.data(), n, n}, options);
  return out;
}

// Fifteen short sequences, a third of their sites gaps.
std::vector<std::string> gapped(Seed seed) {
  CounterEngine engine(seed);
  std::vector<std::string> sequences(15, std::string(6, ' '));
  for (auto& sequence : sequences) {
    for (char& letter : sequence) letter = "ACAC--"[engine() % 6];
    sequence[0] = "AC"[engine() % 2];  // a site that all have
  }
  return sequences;
}

double least_eigenvalue(const std::vector<double>& k, Index n) {
  const Eigen::Map<const Eigen::MatrixXd> matrix(k.data(), n, n);
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
}

}  // namespace

TEST_CASE("the kernel is exp(-k d) of the Poisson distance") {
  const std::vector<std::string> sequences{"ACGTACGTAC", "ACGTACGTAA", "TTTTACG-AC"};
  std::vector<double> d(9);
  sequence_distances(sequences, DistanceModel::poisson, {d.data(), 3, 3}, {.gaps = Gaps::state, .alphabet = {}});
  for (const Index k : {1, 2, 7, 100}) {
    const auto m = kernel(sequences, k);
    for (std::size_t i = 0; i < 9; ++i) {
      CHECK(m[i] == doctest::Approx(std::exp(-static_cast<double>(k) * d[i])).epsilon(1e-13));
    }
  }
  CHECK(kernel({"AAAA", "AAAC"}, 3) == std::vector<double>{1, 0.421875, 0.421875, 1});
  CHECK(kernel({"AAAA", "CCCC"}, 3) == std::vector<double>{1, 0, 0, 1});
}

TEST_CASE("no eigenvalue is negative with gaps as letters or left out for all; pairwise deletion has some") {
  bool is_indefinite = false;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto sequences = gapped(Seed{seed});
    for (const Index k : {1, 2, 5}) {
      CHECK(least_eigenvalue(kernel(sequences, k), 15) > -1e-14);
      CHECK(least_eigenvalue(kernel(sequences, k, {.gaps = Gaps::complete}), 15) > -1e-14);
    }
    std::vector<double> p(225);
    sequence_distances(sequences, DistanceModel::p, {p.data(), 15, 15}, {.gaps = Gaps::pairwise, .alphabet = {}});
    for (double& value : p) value = 1 - value;
    is_indefinite = is_indefinite || least_eigenvalue(p, 15) < -1e-3;
    CHECK_THROWS_AS(kernel(sequences, 1, {.gaps = Gaps::pairwise}), std::invalid_argument);
  }
  CHECK(is_indefinite);
  CHECK(kernel({"AC", "AT"}, 1, {.gaps = Gaps::pairwise}) == kernel({"AC", "AT"}, 1));  // nothing is missing
}

TEST_CASE("k must be a whole number from 1 on") {
  CHECK_THROWS_WITH_AS(kernel({"A"}, 0), "k: must be at least 1; got 0", std::invalid_argument);
}
