extension ChildProcess {
    /// What a program left when it had ended.
    public struct Output: Hashable, Sendable {
        /// How it ended.
        public let status: ExitStatus
        /// What it wrote to its captured output.
        public let standardOutput: [UInt8]
        /// What it wrote to its captured standard error.
        public let standardError: [UInt8]

        /// The output as text.
        public var text: String { String(decoding: standardOutput, as: UTF8.self) }
        /// The messages as text.
        public var messages: String { String(decoding: standardError, as: UTF8.self) }
    }

    /// Starts a program and waits for its end.
    ///
    /// - Parameters:
    ///   - command: what to run.
    ///   - deadline: when it is killed.
    /// - Returns: its status, whatever that is, and its output.
    /// - Throws: `.timeout` with what it had said when the deadline passed; the error of starting it.
    public static func run(_ command: ProcessCommand, until deadline: Deadline = .never) throws -> Output {
        let child = try start(command)
        guard let status = try child.wait(until: deadline) else {
            try child.stop(grace: .zero)
            let said = String(decoding: try child.capturedMessages().suffix(500), as: UTF8.self)
            throw LinuxSystemError(code: .timeout, operation: "run", object: command.commandLine, detail: said)
        }
        return Output(
            status: status,
            standardOutput: try child.capturedOutput(),
            standardError: try child.capturedMessages()
        )
    }

    /// As `run(_:until:)`, for programs that must succeed.
    ///
    /// - Returns: its output.
    /// - Throws: `.childFailed` with its messages when it ends otherwise than with code 0.
    public static func runSuccessfully(_ command: ProcessCommand, until deadline: Deadline = .never) throws -> Output {
        let output = try run(command, until: deadline)
        guard output.status.isSuccess else {
            let said = output.messages.isEmpty ? output.text : output.messages
            throw LinuxSystemError(
                code: .childFailed,
                operation: "run",
                object: command.commandLine,
                detail: "\(output.status): \(said.suffix(2000))"
            )
        }
        return output
    }
}
