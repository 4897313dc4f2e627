package io.clusterdb.tasks.schemas.avro;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * What every generated record of the platform extends.
 *
 * <p>Since 1.12.2 Avro loads generated classes by name only if it is told to trust them; builders
 * need that for the defaults of enums. The static initialiser of this class runs before that of any
 * record, adds exactly this package to what is trusted already, and takes nothing away.
 */
public abstract class PlatformRecord extends SpecificRecordBase {
  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(before, PlatformRecord::isPlatformClass));
  }

  private static boolean isPlatformClass(Class<?> type) {
    return type.getPackageName().equals(PlatformRecord.class.getPackageName())
        && PlatformRecord.class.getClassLoader().equals(type.getClassLoader());
  }
}
