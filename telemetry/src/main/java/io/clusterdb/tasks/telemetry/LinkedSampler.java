package io.clusterdb.tasks.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Decides at the root of a trace: what is linked to spans that are recorded is recorded with them,
 * all else at the rate.
 */
final class LinkedSampler implements Sampler {
  private final Sampler rate;

  LinkedSampler(double rate) {
    this.rate = Sampler.traceIdRatioBased(rate);
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    for (LinkData link : links) {
      if (link.getSpanContext().isSampled()) {
        return SamplingResult.recordAndSample();
      }
    }
    return rate.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  @Override
  public String getDescription() {
    return "LinkedSampler{" + rate.getDescription() + "}";
  }
}
