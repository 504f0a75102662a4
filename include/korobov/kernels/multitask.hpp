// Several correlated functions of the same variables: a task covariance times a base kernel.
//
//   k((x, s), (z, t)) = T_st k(x, z),  T = F F^T + diag(v),  s, t = 0..tasks-1
// (the intrinsic model of coregionalization; Bonilla, Chai and Williams 2008, equations 1 and 5; Alvarez, Rosasco and
// Lawrence 2012, section 4.2). Hyper-parameters: the base's, then factor[t,q] row by row, then diagonal[t].
// pull_back takes dL/dT_st to dL/dF = (D + D^T) F and dL/dv = diag(D). std::invalid_argument: an entry of F not finite,
// of v negative or not finite, sizes that disagree, a T that is not positive definite (its Cholesky pivots must exceed
// tasks eps times the largest diagonal), a task out of range.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API MultitaskKernel {
 public:
  // factor: (tasks, rank), diagonal: (tasks).
  MultitaskKernel(const AnyKernel& base, MatrixSpan<const double> factor, std::span<const double> diagonal);

  const AnyKernel& base() const noexcept { return base_; }
  Index tasks() const noexcept { return static_cast<Index>(diagonal_.size()); }
  Index rank() const noexcept { return rank_; }
  MatrixSpan<const double> factor() const noexcept { return {factor_.data(), tasks(), rank_}; }
  std::span<const double> diagonal() const noexcept { return diagonal_; }
  MatrixSpan<const double> task_covariance() const noexcept { return {covariance_.data(), tasks(), tasks()}; }

  std::vector<double> parameters() const;
  std::vector<std::string> parameter_names() const;
  MultitaskKernel with(std::span<const double> parameters) const;
  // dT: (tasks, tasks); dfactor: (tasks, rank); ddiagonal: (tasks).
  void pull_back(MatrixSpan<const double> dT, MatrixSpan<double> dfactor, std::span<double> ddiagonal) const;

  // Points x (n, d) of tasks s (n), z (m, d) of tasks t (m) -> k (n, m).
  void cross(MatrixSpan<const double> x, std::span<const Index> s, MatrixSpan<const double> z, std::span<const Index> t,
             MatrixSpan<double> k) const;
  void cross(MatrixSpan<const Word> x, std::span<const Index> s, MatrixSpan<const Word> z, std::span<const Index> t,
             MatrixSpan<double> k) const;

 private:
  AnyKernel base_;
  Index rank_;
  std::vector<double> factor_;
  std::vector<double> diagonal_;
  std::vector<double> covariance_;
};

}  // namespace korobov
