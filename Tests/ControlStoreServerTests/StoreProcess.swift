import Foundation
import Glibc
import JSONTree

/// A real weft-store, listening on a socket in a directory of its own.
final class StoreProcess {
    private let process = Process()
    let socketPath: String

    /// Starts it and waits until it answers.
    init(directory: String) throws {
        socketPath = "\(directory)/socket"
        process.executableURL = URL(fileURLWithPath: Self.executable)
        process.arguments = ["--data", "\(directory)/data", "--listen", "unix:\(socketPath)"]
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        let end = Date() + 30
        while Date() < end {
            if let connection = try? StoreConnection(path: socketPath), (try? connection.send("GET", "/readyz")) != nil
            {
                return
            }
            usleep(5000)
        }
        process.terminate()
        throw StoreConnection.Failure.lost
    }

    /// The program beside the test bundle.
    static var executable: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("weft-store").path
    }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end.
    /// - Returns: its exit status.
    func terminate() -> Int32 {
        Glibc.kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// One connection to a store's socket, with one request at a time, for threads that must notice when it is cut off.
final class StoreConnection {
    enum Failure: Error {
        /// The other side is gone; what became of the request is not known.
        case lost
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// What came and was not taken as an answer.
    var text: String { String(decoding: received, as: UTF8.self) }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            for (index, byte) in path.utf8.prefix(bytes.count - 1).enumerated() { unsafe bytes[index] = byte }
        }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // The descriptor is closed by deinit, which runs: everything is initialised.
        guard result == 0 else { throw Failure.lost }
    }

    deinit { close(descriptor) }

    /// Sends a request and waits for its answer.
    func send(_ method: String, _ path: String, _ body: JSONValue? = nil, type: String = "application/json")
        throws -> (code: Int, json: JSONValue)
    {
        try write(method, path, body, type: type)
        while true {
            if let answer = takeAnswer() { return answer }
            try read()
        }
    }

    /// Sends a request and leaves its answer unread.
    func write(_ method: String, _ path: String, _ body: JSONValue? = nil, type: String = "application/json") throws {
        let content = body?.bytes() ?? []
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: store\r\nContent-Type: \(type)\r\nContent-Length: \(content.count)\r\n\r\n"
        var rest = (Array(head.utf8) + content)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.lost }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for more bytes.
    func read() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        guard count > 0 else { throw Failure.lost }
        received += buffer[..<count]
    }

    private func takeAnswer() -> (code: Int, json: JSONValue)? {
        let text = String(decoding: received, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let code = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var length = 0
        for line in lines where line.lowercased().hasPrefix("content-length:") {
            length = Int(line.split(separator: ":")[1].filter { $0 != " " }) ?? 0
        }
        let headLength = text[..<end.upperBound].utf8.count
        guard received.count >= headLength + length else { return nil }
        let body = Array(received[headLength..<headLength + length])
        received.removeFirst(headLength + length)
        return (code, (try? JSONValue(parsing: body)) ?? .null)
    }
}
