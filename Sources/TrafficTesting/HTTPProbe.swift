public import NetworkTypes

/// One `GET` over HTTP/1.1 from the calling thread's network namespace, to look at a daemon's health from its own network.
public struct HTTPProbe: Sendable {
    /// What came back.
    public struct Answer: Hashable, Sendable {
        /// The status code.
        public let status: Int
        /// The body as text.
        public let body: String
    }

    /// The server.
    public let target: IPEndpoint
    /// The path, with its slash.
    public let path: String

    /// A question to one server.
    public init(_ target: IPEndpoint, path: String) {
        self.target = target
        self.path = path
    }

    /// Asks once; `timeout` in milliseconds, made longer by ``Patience``, applies to the handshake and to each piece of
    /// the answer.
    public func get(timeout: Int32 = 1000) throws(TrafficError) -> Answer {
        let timeout = Patience.milliseconds(timeout)
        let socket = try InternetSocket(.tcp, family: target.family)
        try socket.connect(to: target, timeout: timeout)
        try socket.send(Array("GET \(path) HTTP/1.1\r\nHost: \(target)\r\nConnection: close\r\n\r\n".utf8))
        var bytes: [UInt8] = []
        while case let piece = try socket.receive(timeout: timeout), !piece.isEmpty { bytes += piece }
        let text = String(decoding: bytes, as: UTF8.self)
        // Swift joins CR and LF into one Character.
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { throw TrafficError(closed: "GET \(path)", target) }
        let body = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return Answer(status: status, body: body)
    }
}

extension String {
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
