// Random features, low rank and RKE of the same points.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  constexpr kb::Index n = 1000, d = 3, components = 2048;
  const std::vector<double> x = kb::IID(d, kb::Seed{1}).points({0, n});
  const kb::MatrixSpan<const double> points(x.data(), n, d);
  const kb::GaussianKernel kernel({0.4, 1.0});

  const kb::RandomFourierFeatures features(kernel, d, components, kb::Frequencies::qmc, kb::Seed{7});
  std::vector<double> phi(n * components);
  features.transform(points, {phi.data(), n, components});
  const auto head = points.row_range(0, 100);
  std::cout << "random features: rms error of the Gram matrix "
            << kb::feature_gram_error(kernel, components, kb::Frequencies::qmc, kb::Seed{7}, head, head) << '\n';

  const kb::LowRank low_rank(kernel, points, 50);
  std::cout << "low rank: " << low_rank.rank() << " columns leave " << low_rank.trace_errors().back() / n
            << " of the trace, log det(K + 0.01 I) " << kb::LowRankGram(low_rank, 0.01).logdet() << '\n';

  const double exact = kb::rke_score(kernel, points);
  kb::CharacteristicSums sums(kernel, d, {1024, 16, kb::Seed{7}});
  sums.add(points);
  const kb::Score rke = sums.rke();
  std::cout << "RKE: exact " << exact << ", by 1024 frequencies " << rke.value << " in [" << *rke.lower << ", "
            << *rke.upper << "]\n";
  return *rke.lower <= exact && exact <= *rke.upper ? 0 : 1;
}
