package io.clusterdb.tasks.codec;

import io.clusterdb.tasks.PayloadCodec;
import java.util.List;

/** Chooses the codec of a payload. Thread-safe. */
public final class PayloadCodecs {
  private final List<PayloadCodec> codecs;

  /** Creates a choice among these, first match first. */
  public PayloadCodecs(List<PayloadCodec> codecs) {
    this.codecs = List.copyOf(codecs);
  }

  /** The codecs, first match first. */
  public List<PayloadCodec> codecs() {
    return codecs;
  }
}
