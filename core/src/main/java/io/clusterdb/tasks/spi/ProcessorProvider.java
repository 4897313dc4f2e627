package io.clusterdb.tasks.spi;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import java.util.ServiceLoader;

/** Makes processors; found by {@link ServiceLoader}, so that producers need no worker on board. */
public interface ProcessorProvider {
  /** A builder of a processor on this connection. */
  Processor.Builder builder(Tasks tasks);

  /**
   * The provider on the class path.
   *
   * @throws TasksException INVALID_CONFIG if there is none
   */
  static ProcessorProvider load() {
    return ServiceLoader.load(ProcessorProvider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new TasksException(
                    ErrorCode.INVALID_CONFIG,
                    "a processor needs the artifact io.clusterdb:tasks-worker on the class path,"
                        + " and it is not there. Add it to the application's dependencies."));
  }
}
