import Glibc
import JSONTree
import LinuxSystem

/// Another IPAM plugin, executed as the specification says: the same input, the same environment but for the command.
struct IPAMDelegate {
    let type: String
    let invocation: Invocation
    let network: NetworkConfiguration

    /// How long it may take: DHCP may well wait for seconds.
    static let timeout = Duration.seconds(120)

    /// Executes a command of it.
    ///
    /// - Returns: what it printed; nil when it printed nothing.
    /// - Throws: its own error; code 5 when it can't be found, started or understood.
    @discardableResult
    func run(_ command: CNICommand) throws(CNIError) -> JSONValue? {
        let path = try find()
        var environment = Self.environment()
        for (name, value) in invocation.variables { environment[name] = value }
        environment[CNIVariable.command.rawValue] = command.rawValue
        let output: ChildProcess.Output
        do {
            output = try ChildProcess.run(
                ProcessCommand(
                    path,
                    environment: environment,
                    standardInput: .bytes(JSONValue.object(network.document).bytes()),
                    standardError: .inherited
                ),
                until: .after(Self.timeout)
            )
        } catch {
            throw CNIError(.inputOutput, "can't run the IPAM plugin \(path)", details: "\(error)")
        }
        let document = try? JSONValue(parsing: output.standardOutput)
        guard output.status.isSuccess else { throw failure(document, output) }
        return document
    }

    /// The result of its ADD.
    func add() throws(CNIError) -> IPAMAnswer {
        guard let object = try run(.add)?.objectValue else {
            throw CNIError(.inputOutput, "the IPAM plugin \(type) printed no result")
        }
        let result = try AttachmentResult(KeyReader(object, path: "\(type): "), version: network.version)
        guard !result.addresses.isEmpty else {
            throw CNIError(.addressUnavailable, "the IPAM plugin \(type) gave no address")
        }
        return IPAMAnswer(result)
    }

    private func find() throws(CNIError) -> String {
        for folder in invocation.path.split(separator: ":") {
            let path = "\(folder)/\(type)"
            if unsafe access(path, X_OK) == 0 { return path }
        }
        throw CNIError(
            .inputOutput,
            "can't find the IPAM plugin \(type)",
            details: "it is in none of the folders of CNI_PATH: \(invocation.path)"
        )
    }

    private func failure(_ document: JSONValue?, _ output: ChildProcess.Output) -> CNIError {
        guard let document, let code = document["code"]?.intValue else {
            return CNIError(.inputOutput, "the IPAM plugin \(type) failed without an error document: \(output.status)")
        }
        return CNIError(
            CNIError.Code(rawValue: code),
            "IPAM plugin \(type): \(document["msg"]?.stringValue ?? "no message")",
            details: document["details"]?.stringValue ?? ""
        )
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var index = 0
        while let entry = unsafe environ[index] {
            let text = unsafe String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            index += 1
        }
        return variables
    }
}
