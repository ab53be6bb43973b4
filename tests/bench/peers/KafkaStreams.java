import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The same job in Kafka Streams, as its documentation writes it; streams_run starts it.
 *
 * <p>By the book (Processor API, State Stores, Memory Management, Data Types and Serialization):
 * one processor with two persistent stores, both cached and with a changelog: the open visits, and
 * a window store of counts by minute. Events and outcomes are JSON by Jackson, state is bytes by a
 * serde of its own. The Processor API instead of the DSL's groupBy, which would write what is
 * counted to a topic and read it again; so a minute is its partition's share, as in hallwatch.
 *
 * <p>Tuned as it advises: see main().
 *
 * <p>It does less than hallwatch: no deadline fires without an event, no corrections (an event out
 * of order is joined, its verdict is not), no alerts, histograms or dead letters (bad bytes stop
 * it). Its outcomes stay in Kafka: ClickHouse would be another process's work (Kafka Connect's).
 */
public final class KafkaStreams {
  static final long MINUTE = 60_000;

  /** 四（二）1, in ms. */
  static final Map<String, Long> LIMITS =
      Map.of(
          "appointment-wait-general", 10 * MINUTE,
          "appointment-wait-complex", 30 * MINUTE,
          "counter-filing", 20 * MINUTE);

  public static final class Data {
    public String section;
    public String service;
    public String complexity;
    public String channel;
    public String appointment;
    public String counter;
    public String clerk;
    public String terminal;
    public String item;
    public int materials;
  }

  public static final class Event {
    public String specversion;
    public String id;
    public String source;
    public String type;
    public String subject;
    public String time;
    public String datacontenttype;
    public Data data;
  }

  /** What an event made of its journey. */
  public record Outcome(String event, String type, String journey, long time, Visit visit) {}

  /** Joins an event to its visit, judges what it settles, counts it in its minute. */
  static final class Decide implements Processor<String, Event, String, Object> {
    private ProcessorContext<String, Object> context;
    private KeyValueStore<String, Visit> visits;
    private WindowStore<String, Long> minutes;

    @Override
    public void init(ProcessorContext<String, Object> context) {
      this.context = context;
      visits = context.getStateStore("visits");
      minutes = context.getStateStore("minutes");
    }

    @Override
    public void process(Record<String, Event> record) {
      Event event = record.value();
      Data data = event.data;
      String journey = record.key();
      long at = milliseconds(event.time);
      Visit visit = visits.get(journey);
      if (visit == null) {
        visit = new Visit();
      }
      visit.section = data.section;
      if (data.counter != null) {
        visit.counter = data.counter;
      }
      if (data.clerk != null) {
        visit.clerk = data.clerk;
      }
      switch (event.type) {
        case "ticket.issued" -> {
          visit.issued_at = at;
          visit.service = data.service;
          visit.channel = data.channel;
          visit.complexity = data.complexity;
          visit.appointment_at = data.appointment == null ? 0 : milliseconds(data.appointment);
        }
        case "ticket.checked-in" -> visit.checked_in_at = at;
        case "ticket.called" -> {
          visit.called_at = at;
          visit.wait_promise =
              visit.channel.equals("appointment")
                  ? "appointment-wait-" + visit.complexity
                  : "walk-in-wait";
          visit.wait_ms = Math.max(0, at - Math.max(visit.checked_in_at, visit.appointment_at));
          visit.wait_status = status(visit.wait_promise, visit.wait_ms);
          count(visit.section, visit.wait_promise, visit.wait_status, at, record);
        }
        case "terminal.session-started" -> visit.session_started_at = at;
        case "terminal.identity-check-started" -> visit.identity_check_started_at = at;
        case "terminal.identity-check-passed" -> visit.identity_check_passed_at = at;
        case "terminal.materials-submitted" -> {
          visit.materials_submitted_at = at;
          visit.filing_ms = at - visit.identity_check_started_at;
          visit.filing_status = status("counter-filing", visit.filing_ms);
          count(visit.section, "counter-filing", visit.filing_status, at, record);
        }
        case "ticket.served" -> visit.served_at = at;
        default -> throw new IllegalArgumentException(event.type);
      }
      if (visit.served_at == 0) {
        visits.put(journey, visit);
      } else {
        visits.delete(journey);
      }
      context.forward(
          record.withValue(new Outcome(event.id, event.type, journey, at, visit)), "outcomes");
    }

    private void count(
        String section, String promise, String status, long at, Record<String, Event> record) {
      String key = section + " " + promise + " " + status;
      long minute = at - at % MINUTE;
      Long before = minutes.fetch(key, minute);
      long now = before == null ? 1 : before + 1;
      minutes.put(key, now, minute);
      String shown = minute + " " + context.taskId().partition() + " " + key;
      context.forward(record.withKey(shown).withValue(now), "counts");
    }
  }

  static String status(String promise, long took) {
    Long limit = LIMITS.get(promise);
    if (limit == null) {
      return "measured";
    }
    return took <= limit ? "kept" : "late";
  }

  /** RFC 3339; as sources write it ("2026-03-16T08:30:00.000+08:00") without java.time's parser. */
  static long milliseconds(String moment) {
    if (moment.length() != 29) {
      return OffsetDateTime.parse(moment).toInstant().toEpochMilli();
    }
    long day =
        LocalDate.of(number(moment, 0, 4), number(moment, 5, 7), number(moment, 8, 10)).toEpochDay();
    long minutes = number(moment, 11, 13) * 60L + number(moment, 14, 16);
    long east = number(moment, 24, 26) * 60L + number(moment, 27, 29);
    minutes += moment.charAt(23) == '-' ? east : -east;
    return ((day * 1_440 + minutes) * 60 + number(moment, 17, 19)) * 1_000 + number(moment, 20, 23);
  }

  private static int number(String text, int from, int end) {
    return Integer.parseInt(text, from, end, 10);
  }

  static Topology topology(String events, String outcomes, String minutes) {
    ObjectMapper json = new ObjectMapper();
    ObjectReader reader = json.readerFor(Event.class);
    ObjectWriter writer = json.writerFor(Outcome.class);
    Deserializer<Event> event =
        (topic, bytes) -> {
          try {
            return reader.readValue(bytes);
          } catch (IOException error) {
            throw new IllegalArgumentException(error);
          }
        };
    Serializer<Outcome> outcome =
        (topic, value) -> {
          try {
            return writer.writeValueAsBytes(value);
          } catch (JsonProcessingException error) {
            throw new IllegalArgumentException(error);
          }
        };
    Visit.Bytes state = new Visit.Bytes();
    Serde<Visit> visit =
        Serdes.serdeFrom(
            (topic, value) -> state.write(value), (topic, bytes) -> Visit.Bytes.read(bytes));
    var keys = Serdes.String();
    return new Topology()
        .addSource("events", keys.deserializer(), event, events)
        .addProcessor("decide", Decide::new, "events")
        .addStateStore(
            Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("visits"), keys, visit)
                .withCachingEnabled(),
            "decide")
        .addStateStore(
            Stores.windowStoreBuilder(
                    Stores.persistentWindowStore(
                        "minutes", Duration.ofHours(1), Duration.ofMillis(MINUTE), false),
                    keys,
                    Serdes.Long())
                .withCachingEnabled(),
            "decide")
        .addSink("outcomes", outcomes, keys.serializer(), outcome, "decide")
        .addSink("counts", minutes, keys.serializer(), Serdes.Long().serializer(), "decide");
  }

  /** Arguments: application id, broker, topics of events, outcomes and minutes, state folder. */
  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.put("application.id", arguments[0]);
    settings.put("bootstrap.servers", arguments[1]);
    settings.put("state.dir", arguments[5]);
    settings.put("processing.guarantee", "exactly_once_v2");
    // Tuned: a commit a second, not every 100 ms as exactly-once has it by default.
    settings.put("commit.interval.ms", "1000");
    settings.put("num.stream.threads", "1");
    // Tuned: all open visits fit, so that a store on disk sees what a commit leaves of them.
    settings.put("statestore.cache.max.bytes", Long.toString(256L << 20));
    // Tuned: fewer and larger requests.
    settings.put("producer.batch.size", Integer.toString(256 << 10));
    settings.put("producer.linger.ms", "100");
    settings.put("producer.buffer.memory", Long.toString(128L << 20));
    settings.put("consumer.max.poll.records", "5000");
    settings.put("consumer.max.partition.fetch.bytes", Integer.toString(2 << 20));
    var streams =
        new org.apache.kafka.streams.KafkaStreams(
            topology(arguments[2], arguments[3], arguments[4]), settings);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }
}
