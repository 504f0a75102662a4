// Which bat carried a rabies virus? Distances of 372 sequences, kernel PCA, a classifier of the host.
//
// Data: nucleoprotein genes of Streicker et al. (2010) as in Faria et al. (2013), 17 host species, Debian package
// beast-mcmc-examples (LGPL-3+). Many sequences are fragments, so sites are compared where both have a letter; the
// kernel exp(-10 d) of Poisson distances d is then slightly indefinite, and its negative eigenvalues are cut off by
// name.
//
// A host that is told right may be told by a near copy in the training part. So there are three ways of folding: at
// random; with near copies, sequences joined by steps of at most 0.5 % of the sites, in one fold; with all of a state's
// in one.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <korobov/korobov.hpp>

#include "gzip.hpp"
#include "matrix.hpp"

namespace kb = korobov;

namespace {

const std::filesystem::path folder = "/usr/share/doc/beast-mcmc/examples/DiscreteTraits/phylogeneticGLM";
constexpr kb::Index components = 10;
constexpr std::size_t folds = 5, repeats = 3, neighbours = 3;

using example::Matrix;
using Indices = std::vector<std::size_t>;

Matrix part(const Matrix& a, const Indices& rows, const Indices& cols) {
  Matrix b{rows.size(), cols.size()};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < cols.size(); ++j) b(i, j) = a(rows[i], cols[j]);
  }
  return b;
}

// Name -> host and state, from lines "name, tab, host, tab, state" after a line of titles.
std::map<std::string, std::pair<std::string, std::string>> read_hosts(const std::filesystem::path& path) {
  std::istringstream lines(example::gunzip(path));
  std::string line;
  std::getline(lines, line);
  std::map<std::string, std::pair<std::string, std::string>> table;
  while (std::getline(lines, line)) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    if (first == std::string::npos || second == std::string::npos) {
      throw std::runtime_error(path.string() + ": expected name, host and state, got " + line);
    }
    table[line.substr(0, first)] = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  }
  return table;
}

// Numbers 0, 1, ... for equal labels, in the order of the labels.
Indices numbered(const std::vector<std::string>& labels) {
  const std::set<std::string> distinct(labels.begin(), labels.end());
  Indices numbers;
  for (const auto& label : labels) {
    numbers.push_back(static_cast<std::size_t>(std::distance(distinct.begin(), distinct.find(label))));
  }
  return numbers;
}

std::size_t distinct(const Indices& numbers) { return std::set<std::size_t>(numbers.begin(), numbers.end()).size(); }

// Clusters of single linkage: samples joined by steps of at most `step` share a number.
Indices joined(const Matrix& distances, double step) {
  Indices parent(distances.rows);
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  for (std::size_t i = 0; i < distances.rows; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (distances(i, j) <= step) parent[root(i)] = root(j);
    }
  }
  Indices groups(distances.rows);
  for (std::size_t i = 0; i < distances.rows; ++i) groups[i] = root(i);
  return groups;
}

// The fold of each sample. A group stays in one fold: of groups in random order, the largest first, each goes where
// there are the fewest of its hosts so far, and then the fewest samples.
Indices folded(const Indices& hosts, const Indices& groups, kb::Seed seed) {
  std::map<std::size_t, Indices> members;
  for (std::size_t i = 0; i < groups.size(); ++i) members[groups[i]].push_back(i);
  std::vector<Indices> order;
  order.reserve(members.size());
  for (const auto& [group, samples] : members) order.push_back(samples);
  kb::CounterEngine engine(seed);
  std::shuffle(order.begin(), order.end(), engine);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });

  std::array<std::map<std::size_t, std::size_t>, folds> counts;
  std::array<std::size_t, folds> sizes{};
  Indices fold(groups.size());
  for (const auto& samples : order) {
    const auto load = [&](std::size_t f) {
      std::size_t alike = 0;
      for (const std::size_t i : samples) alike += counts[f][hosts[i]];
      return std::pair(alike, sizes[f]);
    };
    std::size_t best = 0;
    for (std::size_t f = 1; f < folds; ++f) {
      if (load(f) < load(best)) best = f;
    }
    for (const std::size_t i : samples) {
      fold[i] = best;
      ++counts[best][hosts[i]];
    }
    sizes[best] += samples.size();
  }
  return fold;
}

// What most of the nearest training samples have; the nearer of two that are as frequent.
std::size_t vote(std::span<const double> at, const Matrix& train, const Indices& hosts) {
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t j = 0; j < train.rows; ++j) {
    double square = 0;
    for (std::size_t c = 0; c < train.cols; ++c) square += (at[c] - train(j, c)) * (at[c] - train(j, c));
    near.emplace_back(square, j);
  }
  std::partial_sort(near.begin(), near.begin() + neighbours, near.end());
  std::size_t best = 0, most = 0;
  for (std::size_t k = 0; k < neighbours; ++k) {
    std::size_t votes = 0;
    for (std::size_t l = 0; l < neighbours; ++l) votes += hosts[near[l].second] == hosts[near[k].second];
    if (votes > most) {
      most = votes;
      best = hosts[near[k].second];
    }
  }
  return best;
}

// The share of a fold told right, by components of the other folds alone.
double accuracy(const Matrix& k, const Indices& hosts, const Indices& fold, std::size_t tested) {
  Indices train, test, train_hosts;
  for (std::size_t i = 0; i < fold.size(); ++i) (fold[i] == tested ? test : train).push_back(i);
  for (const std::size_t i : train) train_hosts.push_back(hosts[i]);
  const auto pca = kb::KernelPca::of_matrix(part(k, train, train).span(),
                                            {.components = components, .indefinite = kb::Indefinite::clip});
  Matrix known{train.size(), components}, unknown{test.size(), components};
  pca.scores(known.span());
  pca.transform(part(k, test, train).span(), unknown.span());
  std::size_t right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    right += vote(std::span(unknown.values).subspan(i * components, components), known, train_hosts) == hosts[test[i]];
  }
  return static_cast<double>(right) / static_cast<double>(test.size());
}

// The mean over folds and repetitions.
double cross_validated(const std::string& name, const Matrix& k, const Indices& hosts, const Indices& groups) {
  std::vector<double> scores;
  for (std::size_t seed = 0; seed < repeats; ++seed) {
    const Indices fold = folded(hosts, groups, kb::Seed{seed});
    for (std::size_t tested = 0; tested < folds; ++tested) scores.push_back(accuracy(k, hosts, fold, tested));
  }
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
  const auto [least, largest] = std::minmax_element(scores.begin(), scores.end());
  std::cout << "folds " << std::left << std::setw(20) << name << ": accuracy " << mean << ", of single folds " << *least
            << " to " << *largest << '\n';
  return mean;
}

}  // namespace

int main() {
  if (!std::filesystem::exists(folder)) {
    return example::skip("the rabies sequences are",
                         "apt-get install beast-mcmc-examples (small container images leave /usr/share/doc out)");
  }
  std::cout << std::fixed << std::setprecision(2);
  const kb::Fasta fasta = kb::parse_fasta(example::gunzip(folder / "batRABV.fas.gz"), "batRABV.fas.gz");
  const auto table = read_hosts(folder / "batRABV_hostLocation.txt.gz");
  const std::size_t n = fasta.names.size();

  Matrix distances{n, n}, k{n, n};
  kb::sequence_distances(fasta.sequences, kb::DistanceModel::poisson, distances.span(),
                         {.gaps = kb::Gaps::pairwise, .alphabet = kb::Alphabet::dna()});
  std::transform(distances.values.begin(), distances.values.end(), k.values.begin(),
                 [](double d) { return std::exp(-10 * d); });
  bool is_refused = false;
  try {
    kb::KernelPca::of_matrix(k.span(), {.components = components});
  } catch (const std::invalid_argument& error) {
    is_refused = true;
    std::cout << "refused without a rule: " << error.what() << '\n';
  }
  const auto pca = kb::KernelPca::of_matrix(k.span(), {.components = components, .indefinite = kb::Indefinite::clip});
  double held = 0;
  for (const double value : pca.eigenvalues()) held += value / pca.total_variance();
  std::cout << n << " sequences of " << fasta.sequences[0].size() << " sites: " << components << " components hold "
            << 100 * held << " % of the variance; least eigenvalue " << pca.least_eigenvalue() << ", largest "
            << pca.eigenvalues()[0] << '\n';

  // Hosts that are known and frequent enough for every fold.
  std::map<std::string, std::size_t> counts;
  for (const auto& name : fasta.names) ++counts[table.at(name).first];
  Indices known;
  std::vector<std::string> host_names, state_names;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& [host, state] = table.at(fasta.names[i]);
    if (host == "?" || counts[host] < folds) continue;
    known.push_back(i);
    host_names.push_back(host);
    state_names.push_back(state);
  }
  k = part(k, known, known);
  distances = part(distances, known, known);
  const Indices hosts = numbered(host_names), states = numbered(state_names);
  const Indices near_copies = joined(distances, 0.005);
  Indices alone(known.size());
  std::iota(alone.begin(), alone.end(), std::size_t{0});
  counts.erase("?");
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const double share = static_cast<double>(most->second) / static_cast<double>(known.size());
  std::cout << known.size() << " sequences of " << distinct(hosts) << " hosts, " << distinct(near_copies)
            << " groups of near copies, " << distinct(states) << " states; always the most frequent host: " << share
            << '\n';

  const double random = cross_validated("random", k, hosts, alone);
  const double copies_together = cross_validated("near copies together", k, hosts, near_copies);
  const double states_apart = cross_validated("states apart", k, hosts, states);

  const bool is_right = is_refused && n == 372 && known.size() == 359 && distinct(near_copies) == 122 && share < 0.35 &&
                        random > 0.78 && copies_together > 0.75 && states_apart > 0.7;
  std::cout << (is_right ? "checked" : "WRONG") << '\n';
  return is_right ? 0 : 1;
}
