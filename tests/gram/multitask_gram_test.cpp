#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <korobov/generators/halton.hpp>
#include <korobov/gram/multitask_gram.hpp>
#include <korobov/gram/structured_gram.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;

namespace {

struct Design {
  std::string name;
  std::vector<TaskDesign> tasks;
  AnyKernel kernel;
};

std::vector<double> covariance(Index count) {  // F F^T + diag(v)
  const auto f = values(count, 2, 31);
  std::vector<double> b(as_size(count * count));
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < count; ++j) {
      b[as_size(i * count + j)] = f[as_size(2 * i)] * f[as_size(2 * j)] + f[as_size(2 * i + 1)] * f[as_size(2 * j + 1)];
    }
    b[as_size(i * count + i)] += 0.3 + 0.1 * static_cast<double>(i);
  }
  return b;
}

std::vector<Design> designs() {
  const auto shifted = [](std::uint64_t seed) { return AnyPointSet(randomized(Lattice(2), Shift{}, Seed{seed})); };
  const auto digitally = [](Order order, std::uint64_t seed) {
    return AnyPointSet(randomized(Sobol(2, {.order = order}), DigitalShift{}, Seed{seed}));
  };
  const ShiftInvariantKernel si(2, {.alpha = 1, .weights = {0.8, 0.3}, .scale = 1.5});
  const DigitallyShiftInvariantKernel dsi(2, {.alpha = 1, .weights = {0.8, 0.3}, .scale = 1.5});
  const AnyPointSet scrambled = randomized(Sobol(2), LmsShift{}, Seed{9});
  return {
      {"one lattice", {{shifted(1), 32, 0.1}}, si},
      {"equal sizes", {{shifted(1), 32, 0.1}, {shifted(2), 32, 0.2}, {Lattice(2), 32, 0.0}}, si},
      {"unequal sizes, any order",
       {{shifted(1), 16, 0.1},
        {shifted(2), 64, 0.05},
        {shifted(3), 1, 0.2},
        {shifted(4), 64, 0.1},
        {Lattice(2), 8, 0.3}},
       si},
      {"nets",
       {{digitally(Order::natural, 1), 16, 0.1}, {Sobol(2), 64, 0.05}, {digitally(Order::natural, 3), 2, 0.2}},
       dsi},
      {"Gray nets",
       {{digitally(Order::gray, 1), 64, 0.1},
        {digitally(Order::gray, 2), 8, 0.05},
        {digitally(Order::gray, 3), 32, 0.2}},
       dsi},
      {"one scramble", {{scrambled, 16, 0.1}, {scrambled, 8, 0.1}}, dsi},
      {"leading digit",
       {{digitally(Order::natural, 1), 32, 0.1}, {digitally(Order::natural, 2), 8, 0.1}},
       LeadingDigitKernel(2, {.weights = 0.5})},
  };
}

// The matrix from the kernel's two-point form.
std::vector<double> dense(const std::vector<TaskDesign>& tasks, const std::vector<double>& b, const AnyKernel& kernel) {
  Index total = 0;
  for (const auto& task : tasks) total += task.n;
  std::vector<double> k(as_size(total * total));
  Index row = 0;
  for (std::size_t s = 0; s < tasks.size(); ++s) {
    Index col = 0;
    const auto x = tasks[s].points.integers({0, tasks[s].n});
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      const auto z = tasks[t].points.integers({0, tasks[t].n});
      const MatrixSpan<double> block(k.data() + row * total + col, tasks[s].n, tasks[t].n, total, 1);
      kernel.cross(MatrixSpan<const Word>(x.data(), tasks[s].n, 2), MatrixSpan<const Word>(z.data(), tasks[t].n, 2),
                   block);
      for (Index i = 0; i < block.rows; ++i) {
        for (Index j = 0; j < block.cols; ++j) block(i, j) *= b[s * tasks.size() + t];
        if (s == t) block(i, i) += tasks[s].nugget;
      }
      col += tasks[t].n;
    }
    row += tasks[s].n;
  }
  return k;
}

// Cholesky in long double: the inverse and the log-determinant.
struct Dense {
  std::vector<double> inverse;
  double logdet = 0;
};
Dense factored(const std::vector<double>& k, Index n) {
  std::vector<long double> l(k.begin(), k.end());
  const auto at = [&](Index i, Index j) -> long double& { return l[as_size(i * n + j)]; };
  Dense result;
  for (Index j = 0; j < n; ++j) {
    for (Index i = j; i < n; ++i) {
      for (Index m = 0; m < j; ++m) at(i, j) -= at(i, m) * at(j, m);
      at(i, j) = i == j ? std::sqrt(at(j, j)) : at(i, j) / at(j, j);
    }
    result.logdet += static_cast<double>(2 * std::log(at(j, j)));
  }
  result.inverse.resize(k.size());
  std::vector<long double> x(as_size(n));
  for (Index c = 0; c < n; ++c) {
    for (Index i = 0; i < n; ++i) {
      x[as_size(i)] = i == c ? 1 : 0;
      for (Index m = 0; m < i; ++m) x[as_size(i)] -= at(i, m) * x[as_size(m)];
      x[as_size(i)] /= at(i, i);
    }
    for (Index i = n; i-- > 0;) {
      for (Index m = i + 1; m < n; ++m) x[as_size(i)] -= at(m, i) * x[as_size(m)];
      x[as_size(i)] /= at(i, i);
      result.inverse[as_size(i * n + c)] = static_cast<double>(x[as_size(i)]);
    }
  }
  return result;
}
std::vector<double> product(const std::vector<double>& k, const std::vector<double>& y, Index r) {
  const Index n = std::ssize(y) / r;
  std::vector<double> out(y.size());
  for (Index i = 0; i < n; ++i) {
    for (Index s = 0; s < r; ++s) {
      long double sum = 0;
      for (Index j = 0; j < n; ++j) sum += static_cast<long double>(k[as_size(i * n + j)]) * y[as_size(j * r + s)];
      out[as_size(i * r + s)] = static_cast<double>(sum);
    }
  }
  return out;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("multitask gram: products, solves and determinants are those of the dense matrix") {
  for (const Design& d : designs()) {
    CAPTURE(d.name);
    const auto count = static_cast<Index>(d.tasks.size());
    const auto b = covariance(count);
    const MatrixSpan<const double> covariances(b.data(), count, count);
    const MultitaskGram g(d.tasks, covariances, d.kernel);
    const Index n = g.size();
    CHECK(g.tasks() == count);
    CHECK(g.rows_of(count - 1).last == n);
    CHECK(g.rows_of(0).size() == d.tasks[0].n);
    CHECK(g.is_positive_definite());
    const auto k = dense(d.tasks, b, d.kernel);
    const Dense oracle = factored(k, n);
    const Index r = 3;
    const auto y = values(n, r, 51);
    std::vector<double> out(y.size());
    const MatrixSpan<const double> in(y.data(), n, r);
    g.apply(in, MatrixSpan<double>(out.data(), n, r));
    const double error = 100 * kU * norm(k);  // transforms 16 u (log2 n + 3), entries 8 (d + 4) u, T eliminations
    CHECK(distance(out, product(k, y, r)) <= error * norm(y));
    g.solve(in, MatrixSpan<double>(out.data(), n, r));
    CHECK(distance(product(k, out, r), y) <= error * norm(out) + 100 * kU * norm(y));
    CHECK(std::abs(g.logdet() - oracle.logdet) <= error * norm(oracle.inverse) * std::sqrt(static_cast<double>(n)));
    std::vector<double> forms(as_size(r));
    g.inverse_quadratic(in, forms);
    double expected = 0;
    for (Index i = 0; i < n; ++i) expected += y[as_size(i * r)] * out[as_size(i * r)];
    CHECK(forms[0] == doctest::Approx(expected).epsilon(1e-12));
    std::vector<double> same(y);  // in place
    g.solve(MatrixSpan<const double>(same.data(), n, r), MatrixSpan<double>(same.data(), n, r));
    CHECK(same == out);
  }
}

TEST_CASE("multitask gram: gradients in task covariance, nuggets and hyper-parameters") {
  for (const Design& d : designs()) {
    CAPTURE(d.name);
    const auto count = static_cast<Index>(d.tasks.size());
    const auto b = covariance(count);
    const MultitaskGram g(d.tasks, MatrixSpan<const double>(b.data(), count, count), d.kernel);
    const Index n = g.size();
    const auto y = values(n, 1, 52);
    std::vector<double> db(b.size());
    std::vector<double> dnugget(as_size(count));
    std::vector<double> dkernel(d.kernel.parameters().size());
    g.gradient(MatrixSpan<const double>(y.data(), n, 1), MatrixSpan<double>(db.data(), count, count), dnugget, dkernel);
    const auto k = dense(d.tasks, b, d.kernel);
    const Dense oracle = factored(k, n);
    const auto alpha = product(oracle.inverse, y, 1);
    // (K^-1 - alpha alpha^T) / 2, against dK
    const auto slope = [&](const std::vector<double>& dk) {
      long double sum = 0;
      for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
          sum += 0.5L * (oracle.inverse[as_size(i * n + j)] - alpha[as_size(i)] * alpha[as_size(j)]) *
                 dk[as_size(i * n + j)];
        }
      }
      return static_cast<double>(sum);
    };
    const double error =
        200 * kU * norm(k) * norm(oracle.inverse) * (norm(oracle.inverse) + norm(alpha) * norm(alpha)) * norm(k);
    std::vector<TaskDesign> plain(d.tasks);
    for (auto& task : plain) task.nugget = 0;
    for (Index s = 0; s < count; ++s) {
      for (Index t = 0; t < count; ++t) {
        std::vector<double> unit(b.size());
        unit[as_size(s * count + t)] = 1;
        CHECK(std::abs(db[as_size(s * count + t)] - slope(dense(plain, unit, d.kernel))) <= error);
      }
      std::vector<double> identity(k.size());
      for (Index i = g.rows_of(s).first; i < g.rows_of(s).last; ++i) identity[as_size(i * n + i)] = 1;
      CHECK(std::abs(dnugget[as_size(s)] - slope(identity)) <= error);
    }
    for (std::size_t p = 0; p < dkernel.size(); ++p) {
      if (d.kernel.parameter_names()[p].rfind("alpha", 0) == 0) continue;  // tested with the kernel
      std::vector<double> theta(d.kernel.parameters().begin(), d.kernel.parameters().end());
      theta[p] += 1;  // the kernel is linear in its scale and in each weight
      auto dk = dense(plain, b, d.kernel.with(theta));
      const auto base = dense(plain, b, d.kernel);
      for (std::size_t i = 0; i < dk.size(); ++i) dk[i] -= base[i];
      CHECK(std::abs(dkernel[p] - slope(dk)) <= error);
    }
  }
}

TEST_CASE("multitask gram: other hyper-parameters on the same designs") {
  const auto d = designs()[2];
  const auto count = static_cast<Index>(d.tasks.size());
  auto b = covariance(count);
  const MultitaskGram g(d.tasks, MatrixSpan<const double>(b.data(), count, count), d.kernel);
  for (auto& value : b) value *= 2;
  const std::vector<double> nuggets(as_size(count), 0.7);
  const AnyKernel twice = 2.0 * d.kernel;
  const auto other = g.with(MatrixSpan<const double>(b.data(), count, count), twice.parameters(), nuggets);
  auto tasks = d.tasks;
  for (auto& task : tasks) task.nugget = 0.7;
  const MultitaskGram direct(tasks, MatrixSpan<const double>(b.data(), count, count), twice);
  CHECK(std::abs(other.logdet() - direct.logdet()) <= 1e-12 * static_cast<double>(g.size()));
  const auto y = values(g.size(), 1, 53);
  const auto slopes = [&](const MultitaskGram& gram) {
    std::vector<double> all(as_size(count * count + count) + twice.parameters().size());
    gram.gradient(MatrixSpan<const double>(y.data(), g.size(), 1), MatrixSpan<double>(all.data(), count, count),
                  std::span<double>(all).subspan(as_size(count * count), as_size(count)),
                  std::span<double>(all).subspan(as_size(count * count + count)));
    return all;
  };
  CHECK(distance(slopes(other), slopes(direct)) <= 1e-12 * norm(slopes(direct)));
  CHECK_THROWS_AS(g.with(MatrixSpan<const double>(b.data(), count, count), {}, nuggets), std::invalid_argument);
}

TEST_CASE("multitask gram: sums of solutions and what the data say of constants") {
  for (const Design& d : designs()) {
    CAPTURE(d.name);
    const auto count = static_cast<Index>(d.tasks.size());
    const auto b = covariance(count);
    auto tasks = d.tasks;
    for (auto& task : tasks) task.nugget += 0.1;
    const MultitaskGram g(tasks, MatrixSpan<const double>(b.data(), count, count), d.kernel);
    const Index n = g.size();
    const auto y = values(n, 2, 54);
    const auto k = dense(tasks, b, d.kernel);
    const auto task_of = [&](Index i) {
      Index t = 0;
      while (i >= g.rows_of(t).last) ++t;
      return t;
    };
    std::vector<double> sums(as_size(2 * count));
    g.sums_of_solution(MatrixSpan<const double>(y.data(), n, 2), MatrixSpan<double>(sums.data(), count, 2));
    const auto solution = product(factored(k, n).inverse, y, 2);
    std::vector<double> expected(sums.size());
    for (Index i = 0; i < n; ++i) {
      for (Index s = 0; s < 2; ++s) expected[as_size(2 * task_of(i) + s)] += solution[as_size(2 * i + s)];
    }
    CHECK(distance(sums, expected) <= 1e-11 * norm(expected));
    auto rest = k;
    const double c = d.kernel.integral();
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) rest[as_size(i * n + j)] -= c * b[as_size(task_of(i) * count + task_of(j))];
    }
    const auto inverse = factored(rest, n).inverse;
    std::vector<double> of_constants(b.size());
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j)
        of_constants[as_size(task_of(i) * count + task_of(j))] += inverse[as_size(i * n + j)];
    }
    std::vector<double> information(b.size());
    g.information_of_constants(MatrixSpan<double>(information.data(), count, count));
    CHECK(distance(information, of_constants) <= 1e-10 * norm(of_constants));
  }
}

TEST_CASE("multitask gram: the rounding error joins the diagonal, and gradients know") {
  // A smooth kernel without noise: indefinite to the last bit, but with its rounding error r.
  const Lattice one(1);
  const ShiftInvariantKernel smooth(1, {.alpha = 5, .weights = 0.5, .scale = 2});
  std::vector<TaskDesign> tasks{{randomized(one, Shift{}, Seed{4}), 64}, {one, 512}};
  const std::vector<double> b{1, 0.5, 0.5, 2};
  const MatrixSpan<const double> covariances(b.data(), 2, 2);
  const MultitaskGram bare(tasks, covariances, smooth);
  CHECK_FALSE(bare.is_positive_definite());
  const double r = bare.rounding_error();
  CHECK(r == StructuredGram::checked(one, smooth, 512).rounding_error());
  const MultitaskGram added(tasks, covariances, smooth, RoundingNugget::added);
  CHECK(added.is_positive_definite());
  // Against the same matrix whose nuggets are numbers: what moves is r dL/dr. Eigenvalues that should be 0 are rounding
  // errors, some hundredths of their bound r, and so much is the derivatives' relative error.
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
    CAPTURE(count);
    const double tolerance = 0.05;
    std::vector<TaskDesign> some(tasks.end() - static_cast<std::ptrdiff_t>(count), tasks.end());
    const MatrixSpan<const double> of_some(b.data() + (count == 1 ? 3 : 0), static_cast<Index>(count),
                                           static_cast<Index>(count));
    const MultitaskGram with_rounding(some, of_some, smooth, RoundingNugget::added);
    for (std::size_t t = 0; t < count; ++t) {
      some[t].nugget = of_some(static_cast<Index>(t), static_cast<Index>(t)) * r;
    }
    const MultitaskGram same(some, of_some, smooth);
    const Index n = same.size();
    std::vector<double> y = values(n, 1, 55);
    for (double& value : y) value *= std::sqrt(r);
    const MatrixSpan<const double> in(y.data(), n, 1);
    std::vector<double> db(count * count), db_added(count * count);
    std::vector<double> dnugget(count), of_nuggets(count);
    std::vector<double> dkernel(2), dkernel_added(2);
    const auto square = [&](std::vector<double>& values) {
      return MatrixSpan<double>(values.data(), static_cast<Index>(count), static_cast<Index>(count));
    };
    same.gradient(in, square(db), dnugget, dkernel);
    with_rounding.gradient(in, square(db_added), of_nuggets, dkernel_added);
    double dr = 0;
    for (std::size_t t = 0; t < count; ++t) {
      const std::size_t at = t * count + t;
      CHECK(db_added[at] - db[at] == doctest::Approx(r * dnugget[t]).epsilon(tolerance));
      dr += b[count == 1 ? 3 : at] * dnugget[t];
    }
    // r is proportional to the scale and, in one dimension, to the weight.
    CHECK(dkernel_added[0] - dkernel[0] == doctest::Approx(dr * r / 2).epsilon(tolerance));
    CHECK(dkernel_added[1] - dkernel[1] == doctest::Approx(dr * r / 0.5).epsilon(tolerance));
  }
}

TEST_CASE("multitask gram: what has its structure") {
  const Lattice lattice(2);
  const ShiftInvariantKernel si(2);
  CHECK(MultitaskGram::matches(std::vector<TaskDesign>{{lattice, 8}, {randomized(lattice, Shift{}, Seed{1}), 4}}, si));
  CHECK_FALSE(MultitaskGram::matches(std::vector<TaskDesign>{{lattice, 8}, {lattice, 12}}, si));
  CHECK_FALSE(MultitaskGram::matches(std::vector<TaskDesign>{{lattice, 8}, {Sobol(2), 8}}, si));
  CHECK_FALSE(MultitaskGram::matches(std::vector<TaskDesign>{{Halton(2), 8}}, si));
}

TEST_CASE("multitask gram: what is not positive definite names task, pivot and what to raise") {
  const auto a = randomized(Lattice(2), Shift{}, Seed{1});
  const ShiftInvariantKernel kernel(2, {.alpha = 1});
  const std::vector<double> b{1, 2, 2, 1};
  const std::vector<TaskDesign> tasks{{a, 16, 0.01}, {randomized(Lattice(2), Shift{}, Seed{2}), 32, 0.01}};
  const MultitaskGram g(tasks, MatrixSpan<const double>(b.data(), 2, 2), kernel);
  CHECK_FALSE(g.is_positive_definite());
  const std::string text = message_of([&] { g.logdet(); });
  CAPTURE(text);
  CHECK(has(text, "logdet: needs a positive definite matrix; pivot "));
  CHECK(has(text, " of task 0 is -"));
  std::vector<double> y(48);
  const MatrixSpan<double> columns(y.data(), 48, 1);
  CHECK_THROWS_AS(g.solve(columns, columns), NumericalError);
  g.apply(columns, columns);
}

TEST_CASE("multitask gram: designs that are no shifted copies, and other bad input, are refused") {
  const std::vector<double> one{1, 0.5, 0.5, 1};
  const MatrixSpan<const double> b(one.data(), 2, 2);
  const ShiftInvariantKernel si(2);
  const DigitallyShiftInvariantKernel dsi(2);
  const auto message = [&](std::vector<TaskDesign> tasks, const AnyKernel& kernel, MatrixSpan<const double> matrix) {
    return message_of([&] { MultitaskGram(tasks, matrix, kernel); });
  };
  const Lattice lattice(2);
  CHECK(has(message({{lattice, 8}, {Lattice(2, {.generating_vector = {1, 5}}), 8}}, si, b), "shifted copies"));
  CHECK(has(message({{randomized(Sobol(2), Lms{}, Seed{1}), 8}, {randomized(Sobol(2), Lms{}, Seed{2}), 8}}, dsi, b),
            "shifted copies"));
  CHECK(has(message({{Sobol(2), 8}, {Sobol(2, {.order = Order::gray}), 8}}, dsi, b), "same order"));
  CHECK(has(message({{lattice, 8}, {Sobol(2), 8}}, si, b), "all lattices or all nets"));
  CHECK(
      has(message({{Lattice(2, {.order = Order::linear, .n = 8}), 8}, {lattice, 8}}, si, b), "radical-inverse order"));
  CHECK(has(message({{randomized(Sobol(2), Nus{}, Seed{1}), 8}, {Sobol(2), 8}}, LeadingDigitKernel(2), b), "tasks"));
  CHECK(has(message({{lattice, 8}, {lattice, 8}}, dsi, b), "kernel: must be a function of x - z"));
  CHECK(has(message({{lattice, 8}, {lattice, 12}}, si, b), "power of two"));
  CHECK(has(message({{lattice, 8}, {lattice, 8, -1}}, si, b), "nugget: must be finite and not negative; got -1"));
  CHECK(has(message({{lattice, 8}}, si, b), "task_covariance: must have one row per task, 1; got 2"));
  CHECK(has(message({}, si, b), "at least one task"));
  const std::vector<double> skew{1, 0.5, 0.4, 1};
  CHECK(has(message({{lattice, 8}, {lattice, 8}}, si, MatrixSpan<const double>(skew.data(), 2, 2)), "symmetric"));
  const std::vector<double> wild{std::numeric_limits<double>::infinity(), 0, 0, 1};
  CHECK(has(message({{lattice, 8}, {lattice, 8}}, si, MatrixSpan<const double>(wild.data(), 2, 2)), "finite"));
  CHECK(has(message({{lattice, 8}, {lattice, 8}}, ShiftInvariantKernel(3), b), "dimension"));
}
