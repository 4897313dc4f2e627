package io.clusterdb.tasks.orchestrator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.clusterdb.tasks.orchestrator.query.Slice.Item;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SliceTest {
  @Test
  void nothingIsTakenFromBehindWhereOneWasLookedThrough() {
    Slice merged = Slice.merge(List.of(slice(0, 9, 9, 8), slice(1, null, 7, 3)), 10);
    assertThat(times(merged)).containsExactly(9);
    assertThat(merged.end()).isEqualTo(cursor(9));
  }

  @Test
  void whatTwoHaveIsThereOnce() {
    Slice merged = Slice.merge(List.of(slice(0, null, 9, 8), slice(0, null, 9, 8)), 10);
    assertThat(times(merged)).containsExactly(9, 8);
    assertThat(merged.end()).isNull();
    assertThat(merged.partitions()).containsExactly(0);
  }

  @Test
  void survivesItsWayToAnotherInstance() {
    Slice slice = slice(3, 5, 9, 5);
    assertThat(Slice.parse(slice.json())).isEqualTo(slice);
  }

  @Test
  void whatIsNoCursorIsRefused() {
    assertThatThrownBy(() -> Cursor.parse("%%%")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cursor.parse("AAAA")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pagesOfAnySizeGiveEveryJobOnceAndInOrder() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<List<Integer>> partitions = new ArrayList<>();
      int count = 1 + random.nextInt(5);
      IntStream.range(0, count).forEach(each -> partitions.add(new ArrayList<>()));
      int jobs = random.nextInt(60);
      for (int time = jobs; time > 0; time--) {
        partitions.get(random.nextInt(count)).add(time);
      }
      int limit = 1 + random.nextInt(7);
      int budget = 1 + random.nextInt(9);
      assertThat(walk(partitions, limit, budget))
          .as("seed %d", seed)
          .containsExactlyElementsOf(
              IntStream.iterate(jobs, time -> time > 0, time -> time - 1).boxed().toList());
    }
  }

  private static List<Integer> walk(List<List<Integer>> partitions, int limit, int budget) {
    List<Integer> seen = new ArrayList<>();
    @Nullable Cursor after = null;
    for (int page = 0; page < 1_000; page++) {
      List<Slice> slices = new ArrayList<>();
      for (int partition = 0; partition < partitions.size(); partition++) {
        slices.add(part(partition, partitions.get(partition), after, limit, budget));
      }
      Slice merged = Slice.merge(slices, limit);
      assertThat(merged.items()).hasSizeLessThanOrEqualTo(limit);
      seen.addAll(times(merged));
      if (merged.end() == null) {
        return seen;
      }
      after = merged.end();
    }
    throw new AssertionError("the list does not end");
  }

  /** What a partition says, which looks at so many at most. */
  private static Slice part(
      int partition, List<Integer> times, @Nullable Cursor after, int limit, int budget) {
    List<Item> items = new ArrayList<>();
    int looked = 0;
    for (int time : times) {
      if (after != null && cursor(time).compareTo(after) <= 0) {
        continue;
      }
      items.add(item(time));
      if (items.size() >= limit || ++looked >= budget) {
        return new Slice(items, cursor(time), Set.of(partition));
      }
    }
    return new Slice(items, null, Set.of(partition));
  }

  private static Slice slice(int partition, @Nullable Integer end, int... times) {
    return new Slice(
        IntStream.of(times).mapToObj(SliceTest::item).toList(),
        end == null ? null : cursor(end),
        Set.of(partition));
  }

  private static Item item(int time) {
    return new Item(cursor(time), IntNode.valueOf(time));
  }

  private static Cursor cursor(int time) {
    return new Cursor(ByteBuffer.allocate(12).putLong(time).array());
  }

  private static List<Integer> times(Slice slice) {
    return slice.items().stream().map(item -> item.job().asInt()).toList();
  }
}
