// What must hold for any bytes given to the FASTA reader; used by the fuzz target and by the test of its corpus.
#pragma once

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/sequences/distances.hpp>
#include <korobov/sequences/fasta.hpp>

namespace korobov::test {

inline bool equal(const Fasta& a, const Fasta& b) { return a.names == b.names && a.sequences == b.sequences; }

// As text: lines of at most `width` letters.
inline std::string fasta_text(const Fasta& fasta, std::size_t width, std::string_view line_end) {
  std::string text;
  for (std::size_t i = 0; i < fasta.names.size(); ++i) {
    text.append(">").append(fasta.names[i]).append(line_end);
    for (std::size_t at = 0; at < fasta.sequences[i].size(); at += width) {
      text.append(fasta.sequences[i], at, width).append(line_end);
    }
  }
  return text;
}

// The error names the file and one of its lines.
inline bool names_a_line(std::string_view message, std::string_view bytes) {
  if (!message.starts_with("file:")) return false;
  const std::string number(message.substr(5, message.find(':', 5) - 5));
  if (number.empty() || number.size() > 9 || !std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const auto lines = std::ranges::count(bytes, '\n') + 1;
  return std::stol(number) >= 1 && std::stol(number) <= lines;
}

// The same format read line by line from copies; none where it is malformed in any way.
inline std::optional<Fasta> plainly_read(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  std::istringstream lines(bytes);
  Fasta fasta;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty() && line.front() == '>') {
      line.front() = ' ';
      while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
      const std::string name = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
      const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\t'; };
      if (name.empty() || std::ranges::any_of(name, is_control)) return std::nullopt;
      if (std::ranges::find(fasta.names, name) != fasta.names.end()) return std::nullopt;
      fasta.names.push_back(name);
      fasta.sequences.emplace_back();
    } else {
      std::erase_if(line, [](char c) { return c == ' ' || c == '\t'; });
      const auto is_allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '?' || c == '*';
      };
      if (line.empty()) continue;
      if (fasta.names.empty() || !std::ranges::all_of(line, is_allowed)) return std::nullopt;
      fasta.sequences.back() += line;
    }
  }
  const auto is_empty = [](const std::string& letters) { return letters.empty(); };
  if (fasta.names.empty() || std::ranges::any_of(fasta.sequences, is_empty)) return std::nullopt;
  return fasta;
}

// Shares of sites in which two of the sequences differ, by letters; gaps are letters.
inline bool distances_are_counts(std::span<const std::string> sequences) {
  const auto n = static_cast<Index>(sequences.size());
  std::vector<double> shares(static_cast<std::size_t>(n * n));
  DistanceOptions options;
  options.gaps = Gaps::state;
  try {
    sequence_distances(sequences, DistanceModel::p, {shares.data(), n, n}, options);
  } catch (const std::invalid_argument&) {  // unequal lengths, or a dot
    const auto has_dot = [](const std::string& s) { return s.find('.') != std::string::npos; };
    const auto other_length = [&](const std::string& s) { return s.size() != sequences.front().size(); };
    return std::ranges::any_of(sequences, has_dot) || std::ranges::any_of(sequences, other_length);
  }
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    for (std::size_t j = 0; j < sequences.size(); ++j) {
      const std::string &a = sequences[i], &b = sequences[j];
      if (a.size() != b.size()) return false;
      std::size_t differing = 0;
      for (std::size_t site = 0; site < a.size(); ++site) {
        differing +=
            std::toupper(static_cast<unsigned char>(a[site])) != std::toupper(static_cast<unsigned char>(b[site]));
      }
      const double share = static_cast<double>(differing) / static_cast<double>(a.size());
      if (shares[i * sequences.size() + j] != share) return false;
    }
  }
  return true;
}

// A DataError where a plain reading finds the bytes malformed; else its records, which are the same after writing and
// reading them, in lines of any width and with either end, and whose distances, where they are aligned, are counts.
inline bool fasta_survives(std::string_view bytes) {
  const std::optional<Fasta> expected = plainly_read(std::string(bytes));
  Fasta fasta;
  try {
    fasta = parse_fasta(bytes, "file");
  } catch (const DataError& error) {
    return !expected && names_a_line(error.what(), bytes);
  }
  if (!expected || !equal(fasta, *expected)) return false;
  for (const std::size_t width : {std::size_t{1}, std::size_t{60}}) {
    if (!equal(parse_fasta(fasta_text(fasta, width, "\n"), "text"), fasta)) return false;
    if (!equal(parse_fasta("\xEF\xBB\xBF" + fasta_text(fasta, width, "\r\n"), "text"), fasta)) return false;
  }
  return distances_are_counts(std::span(fasta.sequences).first(std::min(fasta.sequences.size(), std::size_t{8})));
}

}  // namespace korobov::test
