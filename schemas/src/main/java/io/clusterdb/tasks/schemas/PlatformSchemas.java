package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.avro.Alert;
import io.clusterdb.tasks.schemas.avro.AuditRecord;
import io.clusterdb.tasks.schemas.avro.JobCommand;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.MonitoringDefinition;
import io.clusterdb.tasks.schemas.avro.PlatformRecord;
import io.clusterdb.tasks.schemas.avro.QueueDefinition;
import io.clusterdb.tasks.schemas.avro.QueueStateDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleCommand;
import io.clusterdb.tasks.schemas.avro.ScheduleDefinition;
import io.clusterdb.tasks.schemas.avro.ScheduleState;
import io.clusterdb.tasks.schemas.avro.ScheduleStateDefinition;
import io.clusterdb.tasks.schemas.avro.TaskTypeDefinition;
import io.clusterdb.tasks.schemas.avro.UniqueAdmission;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowDefinition;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import io.clusterdb.tasks.schemas.avro.WorkflowListRow;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import io.clusterdb.tasks.schemas.avro.WorkflowRunRow;
import io.clusterdb.tasks.schemas.avro.WorkflowTaskRow;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/** What the platform itself writes to topics. */
final class PlatformSchemas {
  /** Current schemas of every record that is a topic's value; a new one is added here. */
  static final List<Schema> CURRENT =
      List.of(
          Alert.getClassSchema(),
          AuditRecord.getClassSchema(),
          JobCommand.getClassSchema(),
          JobEvent.getClassSchema(),
          JobOutcome.getClassSchema(),
          MonitoringDefinition.getClassSchema(),
          QueueDefinition.getClassSchema(),
          QueueStateDefinition.getClassSchema(),
          ScheduleCommand.getClassSchema(),
          ScheduleDefinition.getClassSchema(),
          ScheduleState.getClassSchema(),
          ScheduleStateDefinition.getClassSchema(),
          TaskTypeDefinition.getClassSchema(),
          UniqueAdmission.getClassSchema(),
          WorkflowCommand.getClassSchema(),
          WorkflowDefinition.getClassSchema(),
          WorkflowEvent.getClassSchema(),
          WorkflowListRow.getClassSchema(),
          WorkflowReply.getClassSchema(),
          WorkflowRunRow.getClassSchema(),
          WorkflowTaskRow.getClassSchema());

  private static final String NAMESPACE = PlatformRecord.class.getPackageName();

  /** Answers beside outcomes of jobs in the topic of replies. */
  private static final Set<String> OTHER_ANSWERS = Set.of("UniqueAdmission", "WorkflowReply");

  private PlatformSchemas() {}

  static boolean contains(Schema schema) {
    return schema.getType() == Schema.Type.RECORD && NAMESPACE.equals(schema.getNamespace());
  }

  /**
   * Definitions live side by side in the catalog's topic, and answers of several kinds in that of
   * replies, so one subject for the topic would make the registry compare types that have nothing
   * to do with each other.
   */
  static SubjectNames subjectNames(Schema schema, SubjectNames configured) {
    String name = schema.getName();
    boolean shared =
        contains(schema) && (name.endsWith("Definition") || OTHER_ANSWERS.contains(name));
    return shared && configured == SubjectNames.TOPIC_NAME
        ? SubjectNames.TOPIC_RECORD_NAME
        : configured;
  }
}
