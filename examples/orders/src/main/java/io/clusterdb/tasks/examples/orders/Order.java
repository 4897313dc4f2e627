package io.clusterdb.tasks.examples.orders;

/**
 * What a customer wants.
 *
 * @param id chosen by the shop's front end, so that sending an order twice is the same order
 * @param item what is ordered
 * @param quantity how many of it
 * @param cents what all of it costs
 * @param city where it goes
 */
record Order(String id, String item, int quantity, int cents, String city) {
  Order {
    if (id == null || !id.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "expected an id of 1 to 64 letters, digits and -, found " + id);
    }
    if (item == null || item.isBlank() || city == null || city.isBlank()) {
      throw new IllegalArgumentException("expected an item and a city in order " + id);
    }
    if (quantity < 1 || cents < 0) {
      throw new IllegalArgumentException(
          "expected a quantity of 1 or more and cents of 0 or more, found %d and %d"
              .formatted(quantity, cents));
    }
  }
}
