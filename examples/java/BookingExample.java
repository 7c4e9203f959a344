import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A full slot is refused, and the proposed one booked. With a server running: java BookingExample.java */
public class BookingExample {
    private static final String SERVER =
            System.getenv().getOrDefault("MOCKGMS_URL", "http://localhost:8080");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** A session of mockgms for one test, by its admin API. */
    record Mock(String id) implements AutoCloseable {
        static Mock at(String now) throws IOException, InterruptedException {
            Mock mock = new Mock(UUID.randomUUID().toString());
            mock.admin("PUT", "sessions/" + mock.id, """
                    {"clock": {"now": "%s", "frozen": true}}""".formatted(now));
            return mock;
        }

        String url() {
            return SERVER + "/s/" + id;
        }

        /** Rivals take all seats of the slot of a service. */
        void fill(String service, String start) throws IOException, InterruptedException {
            admin("PUT", "slots", """
                    {"service": "%s", "start": "%s", "free": 0}""".formatted(service, start));
        }

        /** Fails with what came closest, unless so many requests of an operation came. */
        void verify(String operation, int exactly) throws IOException, InterruptedException {
            admin("POST", "verify", """
                    {"request": {"operation": "%s"}, "exactly": %d}""".formatted(operation, exactly));
        }

        @Override
        public void close() throws IOException, InterruptedException {
            admin("DELETE", "sessions/" + id, "");
        }

        private void admin(String method, String path, String json) throws IOException, InterruptedException {
            HttpResponse<String> response = send(method, url() + "/__admin/" + path, "application/json", json);
            if (response.statusCode() >= 300) {
                throw new AssertionError(method + " " + path + ": " + response.body());
            }
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Mock gms = Mock.at("2026-03-02T08:55:00Z")) {
            gms.fill("sales", "2026-03-02T10:00:00Z");

            HttpResponse<String> refused = book(gms, "2026-03-02T10:00:00.000Z");
            expect(400, refused.statusCode());
            Matcher proposed = Pattern.compile("\"(2026-[^\"]+Z)\"").matcher(refused.body());
            expect(true, proposed.find());
            expect("2026-03-02T10:15:00.000Z", proposed.group(1));

            expect(200, book(gms, proposed.group(1)).statusCode());
            gms.verify("v3.schedule", 2);
        }
        System.out.println("booked");
    }

    private static HttpResponse<String> book(Mock gms, String time) throws IOException, InterruptedException {
        String form = "serviceName=sales&phoneNumber=%2B14155550100&desiredTime=" + time;
        return send("POST", gms.url() + "/engagement/v3/callbacks/create", "application/x-www-form-urlencoded", form);
    }

    private static HttpResponse<String> send(String method, String url, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static void expect(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + ", not " + actual);
        }
    }
}
