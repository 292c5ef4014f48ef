import FoundationEssentials

/// Where a control store or API server is: `http://HOST:PORT`, `https://HOST:PORT`, or `unix:/path/to.sock`.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// How it is spoken to.
    public enum Transport: Hashable, Sendable {
        /// HTTP over TCP.
        case http
        /// HTTP over TLS.
        case https
        /// HTTP over a unix socket; the path is absolute.
        case unix(path: String)
    }

    /// How it is spoken to.
    public let transport: Transport
    /// As it was written, without a slash at its end.
    public let description: String
    /// What request paths are appended to, in AsyncHTTPClient's notation.
    let baseURL: String
    /// The host's name or address, without brackets; empty for a unix socket.
    let host: String
    /// The port, if one was written.
    let port: Int?
    /// What stands before every API path, for servers behind a proxy; without a slash at its end.
    let pathPrefix: String

    /// Reads an address.
    ///
    /// - Throws: `.configuration`, saying which forms are accepted.
    public init(_ text: String) throws(ControlStoreClientError) {
        if text.hasPrefix("unix:") {
            try self.init(socketPath: String(text.dropFirst("unix:".count)), text)
        } else {
            try self.init(url: text)
        }
    }

    private init(socketPath written: String, _ text: String) throws(ControlStoreClientError) {
        let path = written.hasPrefix("//") ? String(written.dropFirst(2)) : written
        // sockaddr_un.sun_path holds 108 bytes with its terminating zero: unix(7).
        guard path.hasPrefix("/"), path.utf8.count < 108 else {
            throw ControlStoreClientError(
                .configuration,
                "a unix socket needs an absolute path of at most 107 bytes, as in unix:/run/weft/store.sock",
                request: text
            )
        }
        transport = .unix(path: path)
        description = "unix:" + path
        baseURL = "http+unix://" + PercentEncoding.everything(path)
        host = ""
        port = nil
        pathPrefix = ""
    }

    private init(url text: String) throws(ControlStoreClientError) {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host(percentEncoded: false), !host.isEmpty, url.query() == nil,
            url.port.map({ $0 > 0 && $0 < 65536 }) ?? true
        else {
            throw ControlStoreClientError(
                .configuration,
                "not an address: give http://HOST:PORT, https://HOST:PORT or unix:/path/to.sock",
                request: text.isEmpty ? "(empty)" : text
            )
        }
        transport = scheme == "https" ? .https : .http
        var written = text
        while written.hasSuffix("/") { written.removeLast() }
        description = written
        baseURL = written
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port
        var path = url.path(percentEncoded: true)
        while path.hasSuffix("/") { path.removeLast() }
        pathPrefix = path
    }

    /// What request paths are appended to when TLS shall see `name` instead of the host.
    func baseURL(serverName name: String) -> String {
        "https://\(name)\(port.map { ":\($0)" } ?? "")\(pathPrefix)"
    }
}

/// Percent-encoding of one part of a URL: RFC 3986 section 2.
enum PercentEncoding {
    /// Everything but the unreserved characters is encoded, slashes too.
    static func everything(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    /// `name=value&...` with a `?` before it, or nothing.
    static func query(_ items: [(name: String, value: String)]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { "\(everything($0.name))=\(everything($0.value))" }.joined(separator: "&")
    }
}
