package io.clusterdb.tasks.worker.handler;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Takes a response's body up to a limit, and stops the server there. */
final class BoundedBody implements BodySubscriber<BoundedBody.Content> {
  /**
   * What came.
   *
   * @param bytes the body, or its start
   * @param complete whether that is all of it
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Content(byte[] bytes, boolean complete) {}

  private final int limit;
  private final CompletableFuture<Content> content = new CompletableFuture<>();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
  private @Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<Content> getBody() {
    return content;
  }

  @Override
  public void onSubscribe(Subscription source) {
    subscription = source;
    source.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int room = limit - kept.size();
      byte[] bytes = new byte[Math.min(buffer.remaining(), room)];
      boolean tooLong = buffer.remaining() > room;
      buffer.get(bytes);
      kept.writeBytes(bytes);
      if (tooLong) {
        stop();
        return;
      }
    }
  }

  private void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
    content.complete(new Content(kept.toByteArray(), false));
  }

  @Override
  public void onError(Throwable error) {
    content.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    content.complete(new Content(kept.toByteArray(), true));
  }
}
