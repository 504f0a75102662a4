// The tangent kernel by layers against Jacobians by central differences of a small network.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/information/empirical_ntk.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

// Two dense layers, tanh between, with two outputs.
struct Network {
  Eigen::MatrixXd w1 = random_matrix(4, 3, 1), w2 = random_matrix(2, 4, 2);
  Eigen::VectorXd b1 = random_matrix(4, 1, 3), b2 = random_matrix(2, 1, 4);

  Eigen::VectorXd hidden(const Eigen::VectorXd& x) const { return (w1 * x + b1).array().tanh(); }
  Eigen::VectorXd output(const Eigen::VectorXd& x) const { return w2 * hidden(x) + b2; }
  std::vector<double*> parameters() {
    std::vector<double*> all;
    for (auto* w : {&w1, &w2}) {
      for (Index i = 0; i < w->size(); ++i) all.push_back(w->data() + i);
    }
    for (auto* b : {&b1, &b2}) {
      for (Index i = 0; i < b->size(); ++i) all.push_back(b->data() + i);
    }
    return all;
  }
};

}  // namespace

TEST_CASE("layers give the Gram matrix of the Jacobians, summed over outputs") {
  Network net;
  const RowMatrix x = random_matrix(7, 3, 9);
  RowMatrix hidden(7, 4), deltas1(7, 8), deltas2(7, 4), jacobians(7, 2 * 26);
  for (Index i = 0; i < 7; ++i) {
    const Eigen::VectorXd row = x.row(i).transpose();
    const Eigen::VectorXd h = net.hidden(row);
    hidden.row(i) = h.transpose();
    for (Index c = 0; c < 2; ++c) {
      deltas2.row(i).segment(2 * c, 2) = Eigen::VectorXd::Unit(2, c).transpose();
      deltas1.row(i).segment(4 * c, 4) = net.w2.row(c).array() * (1 - h.array().square()).transpose();
    }
    Index column = 0;
    for (double* p : net.parameters()) {
      const double before = *p, step = 1e-5;
      *p = before + step;
      const Eigen::VectorXd up = net.output(row);
      *p = before - step;
      const Eigen::VectorXd down = net.output(row);
      *p = before;
      jacobians.row(i).segment(column, 2) = (up - down).transpose() / (2 * step);
      column += 2;
    }
  }
  RowMatrix by_layers(7, 7), by_jacobians(7, 7);
  const std::vector<NtkLayer> layers{{view(x), view(deltas1)}, {view(hidden), view(deltas2)}};
  empirical_ntk(layers, {by_layers.data(), 7, 7});
  empirical_ntk(view(jacobians), {by_jacobians.data(), 7, 7});
  const RowMatrix direct = jacobians * jacobians.transpose();
  for (Index i = 0; i < 49; ++i) {
    CHECK(by_jacobians.data()[i] == doctest::Approx(direct.data()[i]).epsilon(1e-13));
    CHECK(std::fabs(by_layers.data()[i] - direct.data()[i]) < 1e-8);  // differences of step 1e-5
  }
}

TEST_CASE("shapes that do not fit are refused") {
  const RowMatrix a = random_matrix(3, 2, 1), b = random_matrix(4, 2, 2);
  RowMatrix out(3, 3);
  const MatrixSpan<double> to(out.data(), 3, 3);
  CHECK_THROWS_AS(empirical_ntk(std::vector<NtkLayer>{}, to), std::invalid_argument);
  CHECK_THROWS_AS(empirical_ntk(std::vector<NtkLayer>{{view(a), view(b)}}, to), std::invalid_argument);
  CHECK_THROWS_AS(empirical_ntk(std::vector<NtkLayer>{{view(a), view(a)}, {view(b), view(b)}}, to),
                  std::invalid_argument);
  CHECK_THROWS_AS(empirical_ntk(std::vector<NtkLayer>{{view(b), view(b)}}, to), std::invalid_argument);
  RowMatrix nan = a;
  nan(1, 1) = std::nan("");
  CHECK_THROWS_AS(empirical_ntk(view(nan), to), std::invalid_argument);
}
