// What do images show beyond their captions? Schur-complement entropy of images given captions, and its removal.
//
// Captions of Fashion-MNIST's images are made by a template from class and brightness ("a dark coat"), and counted word
// by word. Images are mapped to random features of a Gaussian kernel at the median distance. A prompt map learns on
// 4000 pairs what of an image's features its caption tells, and takes it out of 2000 others: what a linear classifier
// told the classes by is gone. That is all that is promised: each class is moved by a vector of its own, and neighbours
// still see which was moved where.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <numeric>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <korobov/korobov.hpp>

#include "fashion_mnist.hpp"
#include "matrix.hpp"

namespace kb = korobov;

namespace {

using example::FashionMnist, example::Matrix;
using Captions = std::vector<std::string>;
constexpr std::size_t n = 6000, learn = 4000;  // pairs, and those to learn from; the others are for testing
constexpr std::size_t features = 400, classes = FashionMnist::names.size(), neighbours = 5;

kb::MatrixSpan<const double> to_learn(const Matrix& a) { return a.span().row_range(0, learn); }

// Takes the means of columns over the first `learn` rows from all rows, and returns them.
std::vector<double> centre(Matrix& a) {
  std::vector<double> means(a.cols);
  for (std::size_t j = 0; j < a.cols; ++j) {
    for (std::size_t i = 0; i < learn; ++i) means[j] += a(i, j) / learn;
    for (std::size_t i = 0; i < a.rows; ++i) a(i, j) -= means[j];
  }
  return means;
}

// Thirds by brightness: 0, 1, 2.
std::vector<std::size_t> levels_of(const std::vector<double>& brightness) {
  std::vector<double> sorted = brightness;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::size_t> levels(n);
  for (std::size_t i = 0; i < n; ++i)
    levels[i] = brightness[i] < sorted[n / 3] ? 0 : brightness[i] < sorted[2 * n / 3] ? 1 : 2;
  return levels;
}

// (n, words): how often each word of the vocabulary is in a caption.
Matrix word_counts(const Captions& captions) {
  const auto words_of = [](const std::string& caption) {
    std::istringstream text(caption);
    return std::vector<std::string>(std::istream_iterator<std::string>(text), {});
  };
  std::set<std::string> vocabulary;
  for (const auto& caption : captions) {
    for (const auto& word : words_of(caption)) vocabulary.insert(word);
  }
  Matrix counts{captions.size(), vocabulary.size()};
  for (std::size_t i = 0; i < captions.size(); ++i) {
    for (const auto& word : words_of(captions[i])) {
      ++counts(i, static_cast<std::size_t>(std::distance(vocabulary.begin(), vocabulary.find(word))));
    }
  }
  return counts;
}

// The share of the variance of the test part that is one of class means.
double between_classes(const Matrix& phi, const std::vector<std::size_t>& labels) {
  std::vector<double> count(classes);
  for (std::size_t i = learn; i < n; ++i) ++count[labels[i]];
  double between = 0, all = 0;
  for (std::size_t j = 0; j < phi.cols; ++j) {
    std::vector<double> sum(classes);
    double total = 0;
    for (std::size_t i = learn; i < n; ++i) {
      sum[labels[i]] += phi(i, j);
      total += phi(i, j);
    }
    const double mean = total / (n - learn);
    for (std::size_t i = learn; i < n; ++i) all += (phi(i, j) - mean) * (phi(i, j) - mean);
    for (std::size_t c = 0; c < classes; ++c) between += count[c] * std::pow(sum[c] / count[c] - mean, 2);
  }
  return between / all;
}

double sum_of_squares(std::span<const double> values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

// Predictions (n, targets) of ridge regression on the features, penalty 1, with an intercept. A prompt map is one, with
// features as what is given, and what it takes out of centred targets is their prediction.
Matrix predicted(Matrix targets, Matrix phi) {
  centre(phi);
  const std::vector<double> intercept = centre(targets);
  const double ridge = 1 / sum_of_squares(std::span(phi.values).first(learn * features));
  const auto map = kb::prompt_map(to_learn(targets), to_learn(phi), ridge);
  Matrix rest{n, targets.cols};
  kb::remove_prompt(targets.span(), phi.span(), {map.data(), kb::Index{features}, targets.span().cols}, rest.span());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < targets.cols; ++j) targets(i, j) += intercept[j] - rest(i, j);
  }
  return targets;
}

// The share of the test part whose class has the largest prediction.
double linear_accuracy(const Matrix& phi, const std::vector<std::size_t>& labels) {
  Matrix targets{n, classes};  // 1 for the class, -1 for others
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < classes; ++c) targets(i, c) = labels[i] == c ? 1 : -1;
  }
  const Matrix scores = predicted(targets, phi);
  std::size_t right = 0;
  for (std::size_t i = learn; i < n; ++i) {
    const auto row = scores.values.begin() + static_cast<std::ptrdiff_t>(i * classes);
    right += std::max_element(row, row + classes) - row == static_cast<std::ptrdiff_t>(labels[i]);
  }
  return static_cast<double>(right) / (n - learn);
}

// The share of the test part told right by the nearest images of the others.
double near_accuracy(const Matrix& phi, const std::vector<std::size_t>& labels) {
  std::size_t right = 0;
  std::vector<std::pair<double, std::size_t>> near(learn);
  for (std::size_t i = learn; i < n; ++i) {
    static_assert(learn % 4 == 0);
    for (std::size_t j = 0; j < learn; j += 4) {  // four sums at a time, which do not wait for one another
      std::array<double, 4> squares{};
      for (std::size_t c = 0; c < phi.cols; ++c) {
        for (std::size_t k = 0; k < 4; ++k) squares[k] += (phi(i, c) - phi(j + k, c)) * (phi(i, c) - phi(j + k, c));
      }
      for (std::size_t k = 0; k < 4; ++k) near[j + k] = {squares[k], labels[j + k]};
    }
    std::partial_sort(near.begin(), near.begin() + neighbours, near.end());
    std::vector<int> votes(classes);
    for (std::size_t k = 0; k < neighbours; ++k) ++votes[near[k].second];
    right += std::max_element(votes.begin(), votes.end()) - votes.begin() == static_cast<std::ptrdiff_t>(labels[i]);
  }
  return static_cast<double>(right) / (n - learn);
}

// The share of the variance of brightness that is a linear function of the features, on the test part.
double of_brightness(const Matrix& phi, const std::vector<double>& brightness) {
  const Matrix target{n, 1, brightness};
  const Matrix told = predicted(target, phi);
  double mean = 0, missed = 0, all = 0;
  for (std::size_t i = learn; i < n; ++i) mean += target(i, 0) / (n - learn);
  for (std::size_t i = learn; i < n; ++i) {
    missed += std::pow(target(i, 0) - told(i, 0), 2);
    all += std::pow(target(i, 0) - mean, 2);
  }
  return 1 - missed / all;
}

// The value of the Schur complement given these captions.
double left_given(const std::string& name, const Matrix& phi, const Captions& captions) {
  const auto s = kb::schur_complement_entropy(phi.span(), word_counts(captions).span());
  std::cout << "given captions " << std::left << std::setw(20) << name << ": "
            << 100 * s.given_trace / (s.trace + s.given_trace) << " % of the variance explained, " << s.dof
            << " directions; left: trace " << s.trace << ", entropy " << s.entropy << ", value " << s.value << '\n';
  return s.value;
}

// What the map leaves of the learning part is the complement's trace but for the ridge's part.
bool removal_is_right(const Matrix& phi, const Matrix& given, const std::vector<double>& map, double ridge,
                      const Matrix& left) {
  const auto whole = kb::schur_complement_entropy(to_learn(phi), to_learn(given), ridge);
  const double kept = sum_of_squares(std::span(left.values).first(learn * features)) / learn;
  const double due = whole.trace - whole.ridge * sum_of_squares(map);
  return std::fabs(kept - due) <= 1e-9 * due;
}

}  // namespace

int main() {
  if (!std::filesystem::exists(example::fashion_mnist_folder())) return example::skip_without_fashion_mnist();
  std::cout << std::fixed << std::setprecision(3);
  const FashionMnist data = example::read_fashion_mnist();
  const auto x = data.points().row_range(0, n);
  const std::vector<std::size_t> labels(data.labels.begin(), data.labels.begin() + n);
  std::vector<double> brightness;
  for (kb::Index i = 0; i < x.rows; ++i) {
    const double* const row = &x(i, 0);
    brightness.push_back(std::accumulate(row, row + x.cols, 0.0) / FashionMnist::pixels);
  }
  const std::vector<std::size_t> levels = levels_of(brightness);

  const std::vector<std::string> adjectives{"dark", "plain", "bright"};
  Captions both, by_class, by_brightness;
  for (std::size_t i = 0; i < n; ++i) {
    both.push_back("a " + adjectives[levels[i]] + " " + FashionMnist::names[labels[i]]);
    by_class.push_back(std::string("a ") + FashionMnist::names[labels[i]]);
    by_brightness.push_back("a " + adjectives[levels[i]] + " thing");
  }
  Captions of_another = both;
  kb::CounterEngine engine(kb::Seed{7});
  std::shuffle(of_another.begin(), of_another.end(), engine);
  std::cout << "captions such as '" << both[0] << "', '" << both[1] << "', '" << both[2] << "'\n";

  const kb::GaussianKernel kernel({.lengthscale = example::median_distance(x.row_range(0, 1000))});
  const kb::RandomFourierFeatures map(kernel, x.cols, features, kb::Frequencies::qmc, kb::Seed{7});
  Matrix phi{n, features};
  map.transform(x, phi.span());
  centre(phi);  // the mean is no variety
  const double given_both = left_given("class and brightness", phi, both);
  const double given_class = left_given("class", phi, by_class);
  const double given_brightness = left_given("brightness", phi, by_brightness);
  const double given_another = left_given("of another image", phi, of_another);

  constexpr double ridge = 1e-5;
  const Matrix given = word_counts(both);
  const auto prompt = kb::prompt_map(to_learn(phi), to_learn(given), ridge);
  Matrix left{n, features};
  kb::remove_prompt(phi.span(), given.span(), {prompt.data(), given.span().cols, kb::Index{features}}, left.span());

  const double share[] = {between_classes(phi, labels), between_classes(left, labels)};
  const double linear[] = {linear_accuracy(phi, labels), linear_accuracy(left, labels)};
  const double near[] = {near_accuracy(phi, labels), near_accuracy(left, labels)};
  const double light[] = {of_brightness(phi, brightness), of_brightness(left, brightness)};
  std::cout << "removed: between classes " << 100 * share[0] << " % -> " << 100 * share[1]
            << " % of the variance; class by a linear classifier " << linear[0] << " -> " << linear[1]
            << "; brightness " << light[0] << " -> " << light[1] << " of its variance\n"
            << "class by five neighbours " << near[0] << " -> " << near[1] << '\n';

  const bool is_right = given_both < given_class && given_class < given_another && given_both < given_brightness &&
                        given_brightness < given_another && removal_is_right(phi, given, prompt, ridge, left) &&
                        share[0] > 0.3 && share[1] < 0.02 && linear[0] > 0.75 && linear[1] < 0.25 && light[0] > 0.9 &&
                        light[1] < 0.5 && near[1] > 0.5;
  std::cout << (is_right ? "checked" : "WRONG") << '\n';
  return is_right ? 0 : 1;
}
