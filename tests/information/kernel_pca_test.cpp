// Kernel PCA: eigenpairs of the centred matrix by residuals, linear PCA by singular values, structured against dense
// spaces, Lanczos against all, one basis whatever computes it, rules for indefinite matrices.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/information/kernel_pca.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>
#include <korobov/transforms/fft.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

RowMatrix centred(const RowMatrix& k) {
  const auto n = k.rows();
  const RowMatrix h = RowMatrix::Identity(n, n) - RowMatrix::Constant(n, n, 1 / static_cast<double>(n));
  return h * k * h;
}

RowMatrix gram(const AnyKernel& kernel, const RowMatrix& x, const RowMatrix& z) {
  RowMatrix k(x.rows(), z.rows());
  kernel.cross(view(x), view(z), {k.data(), x.rows(), z.rows()});
  return k;
}

Eigen::MatrixXd vectors_of(const KernelPca& pca) {
  const auto v = pca.vectors();
  return Eigen::Map<const Eigen::MatrixXd>(v.data, v.rows, v.cols);
}

RowMatrix scores_of(const KernelPca& pca) {
  RowMatrix scores(pca.samples(), pca.components());
  pca.scores({scores.data(), pca.samples(), pca.components()});
  return scores;
}

RowMatrix transformed(const KernelPca& pca, const RowMatrix& x) {
  RowMatrix out(x.rows(), pca.components());
  pca.transform(view(x), {out.data(), x.rows(), pca.components()});
  return out;
}

// Eigenpairs of the centred matrix: residuals, orthonormality, signs.
void check_pairs(const KernelPca& pca, const RowMatrix& hkh, double tolerance) {
  const Eigen::MatrixXd v = vectors_of(pca);
  const double largest = pca.eigenvalues()[0];
  for (Index c = 0; c < pca.components(); ++c) {
    const double lambda = pca.eigenvalues()[static_cast<std::size_t>(c)];
    if (lambda == 0) continue;
    CHECK((hkh * v.col(c) - lambda * v.col(c)).norm() < tolerance * largest);
    Index at = 0;
    const double most = v.col(c).cwiseAbs().maxCoeff();
    while (std::fabs(v(at, c)) < (1 - 1e-6) * most) ++at;
    CHECK(v(at, c) > 0);
  }
  CHECK((v.transpose() * v - Eigen::MatrixXd::Identity(v.cols(), v.cols())).cwiseAbs().maxCoeff() < 1e-10);
  CHECK(pca.total_variance() == doctest::Approx(hkh.trace()).epsilon(1e-10));
}

}  // namespace

TEST_CASE("samples: eigenpairs, scores of the samples are those of new ones") {
  const RowMatrix x = random_matrix(80, 3, 1);
  const ShiftInvariantKernel kernel(3, {.weights = 0.5});
  const RowMatrix hkh = centred(gram(kernel, x, x));
  const auto dense = KernelPca::of_samples(kernel, view(x), {.components = 6});
  check_pairs(dense, hkh, 1e-13);
  CHECK((transformed(dense, x) - scores_of(dense)).cwiseAbs().maxCoeff() < 1e-12);
  const auto lanczos = KernelPca::of_samples(kernel, view(x), {.components = 6, .solver = EigenSolver::lanczos});
  check_pairs(lanczos, hkh, 1e-9);
  CHECK((scores_of(lanczos) - scores_of(dense)).cwiseAbs().maxCoeff() < 1e-7);

  const RowMatrix k = gram(kernel, x, x);
  const auto given = KernelPca::of_matrix(view(k), {.components = 6});
  CHECK((scores_of(given) - scores_of(dense)).cwiseAbs().maxCoeff() < 1e-12);
  const RowMatrix fresh = random_matrix(9, 3, 2);
  CHECK((transformed(given, gram(kernel, fresh, x)) - transformed(dense, fresh)).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("features: linear PCA by singular values, on either side") {
  for (const auto& [n, d] : std::vector<std::pair<Index, Index>>{{50, 6}, {8, 30}, {3, 1}}) {
    const RowMatrix x = random_matrix(n, d, static_cast<std::uint64_t>(n)) + RowMatrix::Constant(n, d, 5);
    const RowMatrix c = x.rowwise() - x.colwise().mean();
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(c, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Index components = std::min<Index>({3, n - 1, d});
    const auto pca = KernelPca::of_features(view(x), {.components = components});
    const RowMatrix fresh = random_matrix(4, d, 9);
    const RowMatrix scores = scores_of(pca), of_fresh = transformed(pca, fresh);
    for (Index j = 0; j < components; ++j) {
      CHECK(pca.eigenvalues()[static_cast<std::size_t>(j)] ==
            doctest::Approx(svd.singularValues()[j] * svd.singularValues()[j]).epsilon(1e-12));
      const double sign = scores.col(j).dot(svd.matrixU().col(j)) > 0 ? 1 : -1;
      CHECK((scores.col(j) - sign * svd.singularValues()[j] * svd.matrixU().col(j)).cwiseAbs().maxCoeff() < 1e-11);
      const Eigen::VectorXd direct = (fresh.rowwise() - x.colwise().mean()) * svd.matrixV().col(j) * sign;
      CHECK((of_fresh.col(j) - direct).cwiseAbs().maxCoeff() < 1e-11);
    }
    check_pairs(pca, c * c.transpose(), 1e-12);
  }
}

TEST_CASE("points: characters span the spaces of the dense matrix, cosine before sine") {
  const auto check = [](const AnyPointSet& points, const AnyKernel& kernel, Index n, Index components) {
    const auto u = points.points({0, n});
    const RowMatrix x = Eigen::Map<const RowMatrix>(u.data(), n, points.dimension());
    const RowMatrix hkh = centred(gram(kernel, x, x));
    const auto pca = KernelPca::of_points(points, kernel, n, {.components = components});
    check_pairs(pca, hkh, 1e-11);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> dense(hkh);
    for (Index j = 0; j < components; ++j) {
      CHECK(std::fabs(pca.eigenvalues()[static_cast<std::size_t>(j)] - std::max(dense.eigenvalues()[n - 1 - j], 0.0)) <
            1e-12 * dense.eigenvalues()[n - 1]);
    }
    CHECK((transformed(pca, x) - scores_of(pca)).cwiseAbs().maxCoeff() < 1e-10);
  };
  check(randomized(Lattice(2), Shift{}, Seed{1}), ShiftInvariantKernel(2, {.weights = std::vector<double>{1, 0.3}}), 64,
        7);
  check(randomized(Sobol(2), LmsShift{}, Seed{1}), DigitallyShiftInvariantKernel(2), 64, 7);
  check(Lattice(2), ShiftInvariantKernel(2), 16, 16);
  LatticeOptions linear;
  linear.order = Order::linear;
  linear.n = 21;
  linear.generating_vector = std::vector<Word>{1, 8};
  if (has_any_length_fft()) check(Lattice(2, linear), ShiftInvariantKernel(2, {.weights = 0.2}), 21, 5);

  // One dimension: frequency 1, cosine and sine, exactly.
  const auto one = KernelPca::of_points(Lattice(1), ShiftInvariantKernel(1), 8, {.components = 2});
  const auto u = Lattice(1).points({0, 8});
  for (Index i = 0; i < 8; ++i) {
    const double angle = 2 * 3.14159265358979323846 * u[static_cast<std::size_t>(i)];
    CHECK(one.vectors()(i, 0) == doctest::Approx(std::cos(angle) / 2).scale(1));
    CHECK(std::fabs(one.vectors()(i, 1)) == doctest::Approx(std::fabs(std::sin(angle)) / 2).scale(1));
  }
}

TEST_CASE("landmarks: exact when all are, else what Nystrom's matrix has, with bounds") {
  const RowMatrix x = random_matrix(60, 2, 11), fresh = random_matrix(9, 2, 12);
  const GaussianKernel kernel({0.7, 2.0});
  const RowMatrix k = gram(kernel, x, x), hkh = centred(k);
  const auto dense = KernelPca::of_samples(kernel, view(x), {.components = 5});
  const auto all = KernelPca::of_landmarks(kernel, view(x), 60, {.components = 5});
  check_pairs(all, hkh, 1e-12);
  CHECK((scores_of(all) - scores_of(dense)).cwiseAbs().maxCoeff() < 1e-11);
  // Directions of K that are rounding: a factor of 16 eps K_pp per pivot, through L^-1.
  CHECK((transformed(all, fresh) - transformed(dense, fresh)).cwiseAbs().maxCoeff() < 1e-6);

  const auto some = KernelPca::of_landmarks(kernel, view(x), 12, {.components = 5}, {.seed = Seed{3}});
  RowMatrix marks(12, 2);
  for (Index i = 0; i < 12; ++i) marks.row(i) = x.row(some.landmarks()[static_cast<std::size_t>(i)]);
  const RowMatrix to = gram(kernel, x, marks), own = gram(kernel, marks, marks);
  const RowMatrix nystrom = to * own.ldlt().solve(RowMatrix(to.transpose()));
  const RowMatrix centred_nystrom = centred(nystrom);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> reference(centred_nystrom);
  const double largest = some.eigenvalues()[0];
  const Eigen::MatrixXd v = vectors_of(some);
  for (Index c = 0; c < 5; ++c) {
    const double lambda = some.eigenvalues()[static_cast<std::size_t>(c)];
    CHECK(lambda == doctest::Approx(reference.eigenvalues()[59 - c]).epsilon(1e-8));
    CHECK((centred_nystrom * v.col(c) - lambda * v.col(c)).norm() < 1e-8 * largest);
    CHECK(lambda <= dense.eigenvalues()[static_cast<std::size_t>(c)] * (1 + 1e-12));
  }
  CHECK(some.trace_error() == doctest::Approx(k.trace() - nystrom.trace()).epsilon(1e-8));
  CHECK(some.total_variance() >= hkh.trace() * (1 - 1e-12));
  CHECK(some.total_variance() <= hkh.trace() + some.trace_error());
  CHECK((transformed(some, x) - scores_of(some)).cwiseAbs().maxCoeff() < 1e-9);
  const auto other = KernelPca::of_landmarks(kernel, view(x), 12, {.components = 5}, {.seed = Seed{4}});
  CHECK(!std::equal(some.landmarks().begin(), some.landmarks().end(), other.landmarks().begin()));
  CHECK(transformed(KernelPca::of_parts(some.parts(), kernel), fresh) == transformed(some, fresh));
  CHECK_THROWS_AS(KernelPca::of_parts(some.parts(), {}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_landmarks(kernel, view(x), 4, {.components = 5}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_landmarks(kernel, view(x), 61, {.components = 5}), std::invalid_argument);
}

TEST_CASE("a fit is stored and comes back") {
  const RowMatrix x = random_matrix(20, 2, 6), fresh = random_matrix(5, 2, 7);
  const ShiftInvariantKernel kernel(2);
  const auto of_samples = KernelPca::of_samples(kernel, view(x)), of_features = KernelPca::of_features(view(x));
  CHECK(transformed(KernelPca::of_parts(of_samples.parts(), kernel), fresh) == transformed(of_samples, fresh));
  CHECK(transformed(KernelPca::of_parts(of_features.parts(), {}), fresh) == transformed(of_features, fresh));
  CHECK_THROWS_AS(KernelPca::of_parts(of_samples.parts(), {}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_parts({}, {}), std::invalid_argument);
}

TEST_CASE("equal eigenvalues: one basis, whatever order or rotation the matrix comes in") {
  // Eigenvalues 3, 3, 2, 2, 2 on random spaces.
  const RowMatrix raw = centred(RowMatrix::Identity(30, 30)) * random_matrix(30, 5, 4);
  const Eigen::MatrixXd q = raw.householderQr().householderQ() * Eigen::MatrixXd::Identity(30, 5);
  Eigen::VectorXd lambda(5);
  lambda << 3, 3, 2, 2, 2;
  const RowMatrix k = q * lambda.asDiagonal() * q.transpose();
  Eigen::MatrixXd turned = q;
  turned.leftCols(2) = q.leftCols(2) * Eigen::Rotation2Dd(0.7).toRotationMatrix();
  turned.rightCols(3) =
      q.rightCols(3) * Eigen::AngleAxisd(1.1, Eigen::Vector3d(1, 2, 3).normalized()).toRotationMatrix();
  const RowMatrix again = turned * lambda.asDiagonal() * turned.transpose();
  const auto a = KernelPca::of_matrix(view(k), {.components = 4}),
             b = KernelPca::of_matrix(view(again), {.components = 4});
  CHECK((vectors_of(a) - vectors_of(b)).cwiseAbs().maxCoeff() < 1e-9);
  check_pairs(a, k, 1e-13);
}

TEST_CASE("indefinite matrices: an error, or the rule that was named") {
  const RowMatrix basis = centred(RowMatrix::Identity(20, 20)) * random_matrix(20, 4, 5);
  const Eigen::MatrixXd q = basis.householderQr().householderQ() * Eigen::MatrixXd::Identity(20, 4);
  Eigen::VectorXd lambda(4);
  lambda << 5, 2, -3, -1;
  const RowMatrix k = q * lambda.asDiagonal() * q.transpose();
  const auto with = [&](Indefinite rule) {
    return KernelPca::of_matrix(view(k), {.components = 3, .indefinite = rule});
  };
  CHECK_THROWS_AS(with(Indefinite::error), std::invalid_argument);
  const auto check = [](const KernelPca& pca, std::vector<double> expected, double total) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(pca.eigenvalues()[j] == doctest::Approx(expected[j]).epsilon(1e-12));
    CHECK(pca.total_variance() == doctest::Approx(total).epsilon(1e-12));
    CHECK(pca.least_eigenvalue() == doctest::Approx(-3).epsilon(1e-12));
  };
  check(with(Indefinite::clip), {5, 2, 0}, 7);
  check(with(Indefinite::flip), {5, 3, 2}, 11);
  check(with(Indefinite::shift), {8, 5, 3}, 8 + 5 + 2 + 15 * 3);
  CHECK(vectors_of(with(Indefinite::shift)).colwise().sum().cwiseAbs().maxCoeff() < 1e-12);
  const auto opposite = KernelPca::of_matrix(view(RowMatrix(-gaussian_gram(random_matrix(20, 2, 4), 1))),
                                             {.components = 19, .indefinite = Indefinite::shift});
  CHECK(vectors_of(opposite).leftCols(18).colwise().sum().cwiseAbs().maxCoeff() < 1e-10);
  const RowMatrix negative = -random_matrix(6, 9, 3) * random_matrix(6, 9, 3).transpose();
  CHECK_THROWS_AS(KernelPca::of_matrix(view(negative), {.indefinite = Indefinite::clip}), std::invalid_argument);
  const auto flip = with(Indefinite::flip);
  CHECK((transformed(flip, k) - scores_of(flip)).cwiseAbs().maxCoeff() < 1e-12);
}

namespace {

// m distinct samples, n rows, each within `jitter` of one of them.
RowMatrix repeated(Index m, Index n, double jitter, std::uint64_t seed) {
  const RowMatrix centres = 20 * random_matrix(m, 3, seed);
  RowMatrix x = jitter * random_matrix(n, 3, seed + 100);
  for (Index i = 0; i < n; ++i) x.row(i) += centres.row(i % m);
  return x;
}

// Eigenvalues of the automatic solver, of Lanczos and of products alone are those of Eigen's solver.
void check_every_solver(const RowMatrix& x, const AnyKernel& kernel, Index components) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> reference(centred(gram(kernel, x, x)));
  const double largest = reference.eigenvalues()[x.rows() - 1];
  const KernelPcaOptions variants[] = {{.components = components},
                                       {.components = components, .solver = EigenSolver::lanczos},
                                       {.components = components, .stored_bytes = 0},
                                       {.components = components, .solver = EigenSolver::lanczos, .stored_bytes = 0}};
  for (const auto& options : variants) {
    const auto pca = KernelPca::of_samples(kernel, view(x), options);
    for (Index c = 0; c < components; ++c) {
      const double expected = std::max(reference.eigenvalues()[x.rows() - 1 - c], 0.0);
      CHECK(std::fabs(pca.eigenvalues()[static_cast<std::size_t>(c)] - expected) <= 1e-9 * largest);
    }
    CHECK((transformed(pca, x) - scores_of(pca)).cwiseAbs().maxCoeff() < 1e-6);
  }
}

}  // namespace

TEST_CASE("Lanczos: equal and nearly equal samples") {
  const GaussianKernel kernel({1.0});
  for (const Index m : {2, 3, 7, 11}) {
    for (const double jitter : {0.0, 1e-9, 1e-5, 1e-2}) {
      check_every_solver(repeated(m, 420, jitter, static_cast<std::uint64_t>(m)), kernel, 2);
    }
  }
  RowMatrix orthogonal(500, 100);  // 99 eigenvalues of 5
  for (Index i = 0; i < 500; ++i) orthogonal.row(i) = 30 * RowMatrix::Identity(100, 100).row(i / 5);
  check_every_solver(orthogonal, kernel, 5);
}

TEST_CASE("Lanczos: products alone give the vectors of a stored matrix") {
  const RowMatrix x = random_matrix(430, 3, 8), fresh = random_matrix(9, 3, 9);
  const GaussianKernel kernel({0.6});
  const auto dense = KernelPca::of_samples(kernel, view(x), {.components = 9, .solver = EigenSolver::dense});
  const auto stored = KernelPca::of_samples(kernel, view(x), {.components = 9});
  const auto free = KernelPca::of_samples(kernel, view(x), {.components = 9, .stored_bytes = 0});
  for (const auto* pca : {&stored, &free}) {
    check_pairs(*pca, centred(gram(kernel, x, x)), 1e-9);
    CHECK((transformed(*pca, fresh) - transformed(dense, fresh)).cwiseAbs().maxCoeff() < 1e-7);
  }
}

TEST_CASE("Lanczos: eigenvalues that are rounding are 0, and their scores") {
  const RowMatrix x = 3 * random_matrix(450, 1, 10), fresh = random_matrix(9, 1, 11);
  const GaussianKernel kernel({5.0});
  const auto dense = KernelPca::of_samples(kernel, view(x), {.components = 20, .solver = EigenSolver::dense});
  for (const std::size_t bytes : {std::size_t{1} << 30, std::size_t{0}}) {
    const auto pca = KernelPca::of_samples(kernel, view(x), {.components = 20, .stored_bytes = bytes});
    CHECK(pca.eigenvalues()[19] == 0);
    CHECK(scores_of(pca).allFinite());
    CHECK(scores_of(pca).col(19).isZero(0));
    CHECK(transformed(pca, fresh).col(19).isZero(0));
    const double rounding = 16 * 450 * 2.3e-16 * dense.eigenvalues()[0];
    for (std::size_t c = 0; c < 20; ++c) CHECK(std::fabs(pca.eigenvalues()[c] - dense.eigenvalues()[c]) <= rounding);
    // Of eigenvalues well above rounding.
    CHECK((transformed(pca, fresh) - transformed(dense, fresh)).leftCols(4).cwiseAbs().maxCoeff() < 1e-7);
  }
}

TEST_CASE("entries that agree in most digits: what rounds them is no negative eigenvalue") {
  const RowMatrix x = 2 * random_matrix(410, 1, 13);
  const GaussianKernel kernel({200.0});
  const auto dense = KernelPca::of_samples(kernel, view(x), {.components = 40, .solver = EigenSolver::dense});
  for (const std::size_t bytes : {std::size_t{1} << 30, std::size_t{0}}) {
    const auto pca = KernelPca::of_samples(kernel, view(x), {.components = 40, .stored_bytes = bytes});
    CHECK(pca.eigenvalues()[0] == doctest::Approx(dense.eigenvalues()[0]).epsilon(1e-8));
    CHECK(pca.eigenvalues()[39] == 0);
  }
}

TEST_CASE("an eigenspace of all samples: the first vectors of its basis") {
  const auto pca = KernelPca::of_matrix(view(RowMatrix::Identity(420, 420)), {.components = 3});
  for (Index c = 0; c < 3; ++c) {  // e_c without its mean, and without what came before
    CHECK(pca.eigenvalues()[static_cast<std::size_t>(c)] == doctest::Approx(1).epsilon(1e-12));
    const double left = 420 - static_cast<double>(c);
    for (Index i = 0; i < 420; ++i) {
      const double expected = i < c ? 0 : i == c ? left - 1 : -1;
      CHECK(std::fabs(pca.vectors()(i, c) - expected / std::sqrt(left * (left - 1))) < 1e-11);
    }
  }
  // The automatic solver of samples gives the same: Lanczos alone would cut the space.
  RowMatrix far(420, 1);
  for (Index i = 0; i < 420; ++i) far(i, 0) = 100 * static_cast<double>(i);
  const auto samples = KernelPca::of_samples(GaussianKernel({1.0}), view(far), {.components = 3});
  CHECK((vectors_of(samples) - vectors_of(pca)).cwiseAbs().maxCoeff() < 1e-11);
}

TEST_CASE("indefinite matrices under the automatic solver are those of the dense one") {
  const RowMatrix z = random_matrix(420, 6, 12);
  for (const double shift : {0.3, 150.0}) {  // the second has a negative trace
    const RowMatrix k = z * z.transpose() - shift * RowMatrix::Identity(420, 420);
    const auto with = [&](EigenSolver solver) {
      return KernelPca::of_matrix(view(k), {.components = 6, .solver = solver, .indefinite = Indefinite::clip});
    };
    const auto automatic = with(EigenSolver::automatic), dense = with(EigenSolver::dense);
    CHECK(automatic.total_variance() == dense.total_variance());
    CHECK(automatic.least_eigenvalue() == doctest::Approx(-shift).epsilon(1e-10));
    CHECK(vectors_of(automatic) == vectors_of(dense));
    CHECK_THROWS_AS(with(EigenSolver::lanczos), std::invalid_argument);
  }
  const RowMatrix semidefinite = z * z.transpose();
  const KernelPcaOptions clip{.components = 5, .solver = EigenSolver::lanczos, .indefinite = Indefinite::clip};
  const auto lanczos = KernelPca::of_matrix(view(semidefinite), clip);
  check_pairs(lanczos, centred(semidefinite), 1e-9);
}

TEST_CASE("rows that were fitted have their scores, whatever the rule") {
  const RowMatrix basis = centred(RowMatrix::Identity(20, 20)) * random_matrix(20, 5, 5);
  const Eigen::MatrixXd q = basis.householderQr().householderQ() * Eigen::MatrixXd::Identity(20, 5);
  Eigen::VectorXd lambda(5);
  lambda << 5, 2, -3, -1, 0.5;
  const RowMatrix k = q * lambda.asDiagonal() * q.transpose();
  for (const auto rule : {Indefinite::clip, Indefinite::shift, Indefinite::flip}) {
    const auto pca = KernelPca::of_matrix(view(k), {.components = 20, .indefinite = rule});
    CHECK((transformed(pca, k) - scores_of(pca)).cwiseAbs().maxCoeff() < 1e-12);
    const auto back = KernelPca::of_parts(pca.parts(), {});
    CHECK(scores_of(back) == scores_of(pca));
  }
}

TEST_CASE("samples that are all the same are refused") {
  const RowMatrix same = RowMatrix::Constant(7, 2, 0.1), many = RowMatrix::Constant(410, 2, 0.1);
  const GaussianKernel kernel({0.7});
  CHECK_THROWS_AS(KernelPca::of_features(view(same)), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(same)), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(many)), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(many), {.stored_bytes = 0}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_matrix(view(RowMatrix::Constant(7, 7, 0.1))), std::invalid_argument);
  RowMatrix varied = same;
  varied.col(1) = random_matrix(7, 1, 1);
  CHECK(KernelPca::of_features(view(varied)).eigenvalues()[1] == 0);
}

TEST_CASE("bad input is refused") {
  const RowMatrix x = random_matrix(6, 2, 1);
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(x), {.components = 7}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(x), {.components = 0}), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(random_matrix(1, 2, 1)), {.components = 1}),
                  std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_samples(kernel, view(x), {.components = 6, .solver = EigenSolver::lanczos}),
                  std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_matrix(view(RowMatrix::Ones(4, 4))), std::invalid_argument);
  CHECK_THROWS_AS(KernelPca::of_points(Lattice(2), DigitallyShiftInvariantKernel(2), 8), std::invalid_argument);
  RowMatrix nan = x;
  nan(1, 1) = std::nan("");
  CHECK_THROWS_AS(KernelPca::of_features(view(nan)), std::invalid_argument);
  const auto pca = KernelPca::of_samples(kernel, view(x));
  RowMatrix out(3, 2);
  CHECK_THROWS_AS(pca.transform(view(random_matrix(3, 3, 1)), {out.data(), 3, 2}), std::invalid_argument);
  CHECK_THROWS_AS(pca.transform(view(random_matrix(4, 2, 1)), {out.data(), 3, 2}), std::invalid_argument);
}
