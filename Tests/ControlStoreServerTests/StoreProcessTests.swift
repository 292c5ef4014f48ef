import Foundation
import Testing

@Suite(.serialized) struct StoreProcessTests {
    @Test func watchEndsInOrderWhenTheStoreIsAskedToEnd() async throws {
        try await withDirectory { directory in
            let store = try StoreProcess(directory: directory)
            let watch = try StoreConnection(path: store.socketPath)
            try watch.write("GET", "/api/v1/services?watch=1")
            try watch.read()
            #expect(store.terminate() == 0)
            // All that is left is the end of the stream.
            while (try? watch.read()) != nil {}
            #expect(watch.text.hasSuffix("0\r\n\r\n"))
            #expect(!FileManager.default.fileExists(atPath: store.socketPath))
        }
    }

    @Test func secondProcessOnTheSameDataIsRefusedInOneLine() async throws {
        try await withDirectory { directory in
            let store = try StoreProcess(directory: directory)
            defer { store.kill() }
            let (status, text) = try run(["--data", "\(directory)/data", "--listen", "unix:\(directory)/other"])
            #expect(status == 1)
            #expect(text.hasPrefix("weft-store: another process has the data directory"))
            #expect(text.split(separator: "\n").count == 1)
        }
    }

    @Test(
        arguments: [
            (["--data", "/proc/nowhere"], 1, "can't use the data directory"),
            (["--data", "/tmp/weft-never", "--listen", "0.0.0.0:1"], 1, "only loopback addresses"),
            (["--data", "/tmp/weft-never", "--service-cidr", "x"], 1, "is no CIDR"),
            (["--data", "/tmp/weft-never", "--bogus"], 64, "Unknown option"), ([], 64, "Missing expected argument"),
        ] as [([String], Int32, String)]
    )
    func badInputIsOneLine(arguments: [String], status: Int32, text: String) throws {
        let result = try run(arguments)
        #expect(result.status == status)
        #expect(result.text.contains(text))
        #expect(result.text.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/weft-never"))
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: StoreProcess.executable)
        process.arguments = arguments
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
