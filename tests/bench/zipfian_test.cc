#include "bench/zipfian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "bench/key_chooser.h"

namespace jedlik::bench {
namespace {

TEST(Zeta, IsTheSumAlsoWhereItIsNotAddedUp) {
  for (const double theta : {0.5, 0.99}) {
    double sum = 0;
    for (int i = 1; i <= 200'000; ++i) {
      sum += std::pow(i, -theta);
      if (i == 1 || i == 10'000 || i == 10'001 || i == 200'000) {
        EXPECT_NEAR(zeta(static_cast<uint64_t>(i), theta), sum, sum * 1e-11) << i;
      }
    }
  }
}

TEST(Zeta, IsWhatYcsbHasOfTenThousandMillion) {
  // ScrambledZipfianGenerator.ZETAN; added up there in steps, which cost it the last digits.
  EXPECT_NEAR(zeta(10'000'000'000, 0.99), 26.46902820178302, 1e-6);
}

TEST(Zipfian, RanksComeAsOftenAsTheFormulaSays) {
  constexpr int kDraws = 1'000'000;
  for (const auto& [items, theta] :
       {std::pair(1000, 0.99), std::pair(50, 0.5), std::pair(2, 0.9)}) {
    SCOPED_TRACE(items);
    const Zipfian zipfian(static_cast<uint64_t>(items), theta);
    RandomStream random(11);
    std::vector<int> counts(static_cast<size_t>(items));
    for (int i = 0; i < kDraws; ++i)
      ++counts.at(zipfian.next(random));
    const double sum = zeta(static_cast<uint64_t>(items), theta);
    double cumulated = 0;
    double expected = 0;
    for (int rank = 0; rank < items; ++rank) {
      const double share = std::pow(rank + 1, -theta) / sum;
      const double found = static_cast<double>(counts[static_cast<size_t>(rank)]) / kDraws;
      cumulated += found;
      expected += share;
      // The first two are exact, but for chance; of the others the algorithm says that it is close.
      if (rank < 2) {
        EXPECT_NEAR(found, share, 5 * std::sqrt(share / kDraws));
      }
      EXPECT_NEAR(cumulated, expected, 0.02) << rank;
    }
  }
}

TEST(Zipfian, GrownIsAsIfMadeSoLarge) {
  Zipfian grown(100, 0.99);
  grown.grow(100);
  grown.grow(60);  // which is no more than there are
  grown.grow(5000);
  const Zipfian large(5000, 0.99);
  RandomStream one(5);
  RandomStream other(5);
  for (int i = 0; i < 10'000; ++i)
    ASSERT_EQ(grown.next(one), large.next(other));
}

TEST(Zipfian, HasOneRankWhereThereIsOneItem) {
  const Zipfian zipfian(1, 0.99);
  RandomStream random(1);
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(zipfian.next(random), 0U);
}

TEST(Scatter, IsYcsbsHash) {
  EXPECT_EQ(scatter(0), 6284781860667377211U);  // its first key is user6284781860667377211
  EXPECT_EQ(scatter(1), 8517097267634966620U);
}

TEST(KeyChooser, ZipfianHasTheMostWantedItemOfYcsb) {
  const InsertCounter inserts(1000);
  KeyChooser keys(Distribution::kZipfian, 0.99, 1000, inserts);
  RandomStream random(2);
  std::vector<int> counts(1000);
  for (int i = 0; i < 200'000; ++i)
    ++counts.at(keys.next(random));
  const size_t most_wanted = scatter(0) % 1000;
  for (size_t item = 0; item < counts.size(); ++item) {
    if (item != most_wanted) {
      ASSERT_LT(counts[item], counts[most_wanted]);
    }
  }
  // One part in zeta, and what other ranks happen to fall on it.
  EXPECT_NEAR(counts[most_wanted] / 200'000.0, 1 / 26.469, 0.003);
}

TEST(KeyChooser, UniformHasAllItemsAlike) {
  const InsertCounter inserts(100);
  KeyChooser keys(Distribution::kUniform, 0.99, 100, inserts);
  RandomStream random(2);
  std::vector<int> counts(100);
  for (int i = 0; i < 100'000; ++i)
    ++counts.at(keys.next(random));
  for (const int count : counts)
    EXPECT_NEAR(count, 1000, 200);
}

TEST(KeyChooser, LatestFollowsWhatIsAdded) {
  InsertCounter inserts(1000);
  KeyChooser keys(Distribution::kLatest, 0.99, 1000, inserts);
  RandomStream random(2);
  const auto share_of = [&](uint64_t item) {
    int count = 0;
    for (int i = 0; i < 20'000; ++i) {
      const uint64_t key = keys.next(random);
      EXPECT_LT(key, inserts.end());
      count += key == item ? 1 : 0;
    }
    return count / 20'000.0;
  };
  EXPECT_NEAR(share_of(999), 1 / zeta(1000, 0.99), 0.02);
  for (int i = 0; i < 50; ++i)
    inserts.succeeded(inserts.take());
  EXPECT_NEAR(share_of(1049), 1 / zeta(1050, 0.99), 0.02);
}

TEST(InsertCounter, EndsBeforeTheFirstGap) {
  InsertCounter inserts(10);
  EXPECT_EQ(inserts.take(), 10U);
  EXPECT_EQ(inserts.take(), 11U);
  EXPECT_EQ(inserts.take(), 12U);
  inserts.succeeded(11);
  inserts.succeeded(12);
  EXPECT_EQ(inserts.end(), 10U);
  inserts.succeeded(10);
  EXPECT_EQ(inserts.end(), 13U);
}

TEST(InsertCounter, GivesAFailedNumberOnceMore) {
  InsertCounter inserts(0);
  EXPECT_EQ(inserts.take(), 0U);
  EXPECT_EQ(inserts.take(), 1U);
  inserts.failed(0);
  inserts.succeeded(1);
  EXPECT_EQ(inserts.end(), 0U);
  EXPECT_EQ(inserts.take(), 0U);
  inserts.succeeded(0);
  EXPECT_EQ(inserts.end(), 2U);
  EXPECT_EQ(inserts.take(), 2U);
}

}  // namespace
}  // namespace jedlik::bench
