import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The requests by java.net.http.HttpClient with its defaults: it asks for HTTP/2 at first, and sends forms and JSON. */
public class Requests {
    private static final String TEN = "2026-03-02T10:00:00Z";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";
    private static final Pattern ID = Pattern.compile("\"_id\": ?\"([^\"]*)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> outcomes = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        new Requests().sendAll(arguments[0]);
    }

    private void sendAll(String base) throws IOException, InterruptedException {
        String v1 = base + "/genesys/1/service/callback/sales";
        String v3 = base + "/engagement/v3/callbacks";
        send(v1 + "/availability?start=" + TEN + "&maxTimeSlots=2", "GET", null, "");
        String name = URLEncoder.encode("Zoë 😀", StandardCharsets.UTF_8);
        String booked = send(v1, "POST", FORM,
                "_customer_number=%2B14155550100&_desired_time=" + TEN + "&name=" + name);
        send(v3 + "/create", "POST", JSON,
                "{\"serviceName\": \"sales\", \"phoneNumber\": \"+14155550101\", \"desiredTime\": \"" + TEN + "\"}");
        send(v3 + "/create", "POST", JSON, "{\"serviceName\": \"sales\", \"phoneNumber\": \"+14155550429\"}");
        send(v1, "POST", JSON, "{\"_customer_number\": \"+14155550500\"}");
        Matcher id = ID.matcher(booked);
        id.find();
        send(v1 + "/" + id.group(1), "DELETE", null, "");
        System.out.println(outcomes);
    }

    private String send(String url, String method, String type, String body) throws IOException, InterruptedException {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10));
        if (type != null) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = client.send(request.method(method, publisher).build(), BodyHandlers.ofString());
        String wait = answer.headers().firstValue("Retry-After").map(value -> '"' + value + '"').orElse("null");
        outcomes.add("{\"status\": " + answer.statusCode() + ", \"wait\": " + wait + ", \"body\": " + answer.body() + "}");
        return answer.body();
    }
}
