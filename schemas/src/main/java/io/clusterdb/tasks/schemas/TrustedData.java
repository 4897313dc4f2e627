package io.clusterdb.tasks.schemas;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Finds the generated classes of one root record: those in the root's own package, seen by its own
 * class loader. The code named the root class, which is all the trust that is needed; for classes
 * elsewhere Avro's own validator decides. Thread-safe.
 */
final class TrustedData extends SpecificData {
  private final String trustedPackage;
  private final ConcurrentHashMap<String, Optional<Class<?>>> classes = new ConcurrentHashMap<>();

  private TrustedData(Class<?> root) {
    super(root.getClassLoader());
    this.trustedPackage = root.getPackageName();
  }

  static TrustedData of(Class<?> root) {
    TrustedData data = new TrustedData(root);
    SpecificData.getForClass(root).getConversions().forEach(data::addLogicalTypeConversion);
    return data;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public @Nullable Class getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> {
        String name = getClassName(schema);
        yield name.startsWith(trustedPackage + ".")
            ? classes.computeIfAbsent(name, this::load).orElseGet(() -> super.getClass(schema))
            : super.getClass(schema);
      }
      default -> super.getClass(schema);
    };
  }

  private Optional<Class<?>> load(String name) {
    try {
      Class<?> found = Class.forName(name, false, getClassLoader());
      return found.getPackageName().equals(trustedPackage) ? Optional.of(found) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
