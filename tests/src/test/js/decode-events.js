// Prints every event of a topic as a line of JSON, from the log's start to its present end:
//   node decode-events.js BOOTSTRAP REGISTRY_URL TOPIC
// Of the compressions of Kafka, kafkajs 2.2.4 reads none and gzip; snappy, lz4 and zstd need codecs of their own.
'use strict'
const { Kafka, logLevel } = require('kafkajs')
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry')

async function main([bootstrap, registryUrl, topic]) {
  if (!topic) {
    throw new Error('expected arguments BOOTSTRAP REGISTRY_URL TOPIC')
  }
  const kafka = new Kafka({ clientId: 'decode-events', brokers: [bootstrap], logLevel: logLevel.ERROR })
  const registry = new SchemaRegistry({ host: registryUrl })
  const unread = await ends(kafka, topic)
  if (unread.size === 0) {
    return
  }
  const consumer = kafka.consumer({ groupId: `decode-events-${process.pid}-${Date.now()}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  try {
    await new Promise((resolve, reject) => {
      // Markers of transactions are at the end of the log too, so batches are watched, not messages.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        const end = unread.get(payload.partition)
        if (end !== undefined && BigInt(payload.lastOffset) + 1n >= end) {
          unread.delete(payload.partition)
        }
        if (unread.size === 0) {
          resolve()
        }
      })
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error))
      consumer.run({ eachMessage: async ({ message }) => print(registry, message, reject) }).catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
}

/** Where each partition that holds anything ends now. */
async function ends(kafka, topic) {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const offsets = await admin.fetchTopicOffsets(topic)
    return new Map(
      offsets.filter(it => BigInt(it.high) > BigInt(it.low)).map(it => [it.partition, BigInt(it.high)])
    )
  } finally {
    await admin.disconnect()
  }
}

async function print(registry, message, reject) {
  try {
    console.log(JSON.stringify(await registry.decode(message.value)))
  } catch (error) {
    reject(error)
    throw error
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error(error)
  process.exit(1)
})
