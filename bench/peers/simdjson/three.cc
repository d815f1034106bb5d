// Three detections by hand over simdjson's DOM, one thread: Kubernetes Pod Created in Default Namespace, Suspicious Image Pulling, Access Scanning.
//   three FILE LINES
// parse_many ends early, without an error, at a document longer than its batch: so batches are 4 MB, and the documents are counted against LINES.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <map>
#include <simdjson.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace simdjson;

static const size_t buffer_size = 8 << 20, batch_size = 4 << 20;
static std::map<std::string, long> rows;
static std::map<std::string, long> denied;

static std::string quoted(std::string_view text)
{
    std::string json = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            (json += '\\') += c;
        else if (static_cast<unsigned char>(c) < ' ') {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", c);
            json += escape;
        } else
            json += c;
    }
    return json + '"';
}

static std::string_view text_or(simdjson_result<dom::element> value, std::string_view otherwise)
{
    std::string_view text;
    return value.get(text) == SUCCESS ? text : otherwise;
}

static std::vector<std::string_view> texts(simdjson_result<dom::element> value)
{
    std::vector<std::string_view> found;
    dom::array array;
    if (value.get(array) == SUCCESS)
        for (dom::element item : array)
            found.push_back(text_or(simdjson_result<dom::element>(std::move(item)), ""));
    if (found.empty())
        found.push_back("0");
    return found;
}

static void add_row(const char *detection, dom::element e)
{
    int64_t code = 0;
    if (e["responseStatus"]["code"].get(code) != SUCCESS)
        code = 0;
    for (auto ip : texts(e["sourceIPs"]))
        for (auto group : texts(e["user"]["groups"]))
            rows[std::string("{\"detection\":\"") + detection + "\",\"objectRef.name\":" + quoted(text_or(e["objectRef"]["name"], "0"))
                + ",\"objectRef.namespace\":" + quoted(text_or(e["objectRef"]["namespace"], "0"))
                + ",\"objectRef.resource\":" + quoted(text_or(e["objectRef"]["resource"], "0"))
                + ",\"requestReceivedTimestamp\":" + quoted(text_or(e["requestReceivedTimestamp"], "0"))
                + ",\"requestURI\":" + quoted(text_or(e["requestURI"], "0")) + ",\"responseStatus.code\":\"" + std::to_string(code)
                + "\",\"src_ip\":" + quoted(ip) + ",\"stage\":" + quoted(text_or(e["stage"], "0")) + ",\"user.groups{}\":" + quoted(group)
                + ",\"user.uid\":" + quoted(text_or(e["user"]["uid"], "0")) + ",\"user\":" + quoted(text_or(e["user"]["username"], "0"))
                + ",\"userAgent\":" + quoted(text_or(e["userAgent"], "0")) + ",\"verb\":" + quoted(text_or(e["verb"], "0"))]++;
}

static void look_at(dom::element e)
{
    std::string_view verb, resource, ns, message, name;
    if (e["verb"].get(verb) == SUCCESS && verb == "create" && e["objectRef"]["resource"].get(resource) == SUCCESS && resource == "pods"
        && e["objectRef"]["namespace"].get(ns) == SUCCESS && (ns == "default" || ns == "kube-system" || ns == "kube-public"))
        add_row("kubernetes_pod_created_in_default_namespace", e);

    if (e["requestObject"]["message"].get(message) == SUCCESS && message.substr(0, 13) == "Pulling image") {
        name = text_or(e["objectRef"]["name"], "");
        if (name.find("splunk") == std::string_view::npos && name.find("falco") == std::string_view::npos)
            add_row("kubernetes_suspicious_image_pulling", e);
    }

    int64_t code;
    if (e["responseStatus"]["code"].get(code) == SUCCESS && code == 403)
        for (auto group : texts(e["user"]["groups"]))
            if (group == "system:unauthenticated") {
                for (auto ip : texts(e["sourceIPs"]))
                    denied[std::string(ip)]++;
                break;
            }
}

int main(int argc, char **argv)
{
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        std::fprintf(stderr, "usage: three FILE LINES\n");
        return 64;
    }
    dom::parser parser;
#ifdef SIMDJSON_THREADS_ENABLED
    parser.threaded = false;
#endif
    std::vector<char> buffer(buffer_size + SIMDJSON_PADDING);
    size_t held = 0;
    long documents = 0;
    ssize_t length;
    while ((length = read(file, buffer.data() + held, buffer_size - held)) > 0) {
        held += length;
        auto end = static_cast<char *>(memrchr(buffer.data(), '\n', held));
        if (!end) {
            std::fprintf(stderr, "a line is longer than the buffer\n");
            return 1;
        }
        size_t whole = end + 1 - buffer.data();
        dom::document_stream stream;
        if (auto error = parser.parse_many(buffer.data(), whole, batch_size).get(stream)) {
            std::cerr << error << "\n";
            return 1;
        }
        for (auto document : stream) {
            dom::element e;
            if (auto error = document.get(e)) {
                std::cerr << error << "\n";
                return 1;
            }
            documents++;
            look_at(e);
        }
        held -= whole;
        std::memmove(buffer.data(), buffer.data() + whole, held);
    }
    if (documents != std::atol(argv[2])) {
        std::fprintf(stderr, "%ld documents seen, %s lines expected\n", documents, argv[2]);
        return 1;
    }
    for (const auto &[row, count] : rows)
        std::cout << row << ",\"count\":" << count << "}\n";
    for (const auto &[ip, count] : denied)
        if (count > 5)
            std::cout << "{\"detection\":\"kubernetes_access_scanning\",\"src_ip\":" << quoted(ip) << ",\"count\":" << count << "}\n";
    return length < 0 ? 1 : 0;
}
