import NFTables
public import NetworkTypes

extension NFTablesBackend {
    /// A backend for the calling thread's network namespace.
    ///
    /// - Parameters:
    ///   - family: the family to serve.
    ///   - configuration: the choices of whoever runs the proxy.
    ///   - recorder: gets all that is written; nil: nobody.
    /// - Throws: ``NFTablesError`` if the kernel has no nf_tables, or the caller no right to it.
    public convenience init(
        _ family: IPFamily,
        _ configuration: ProxyConfiguration = ProxyConfiguration(),
        recorder: CommitRecorder? = nil
    ) throws {
        self.init(family, configuration, access: try KernelTableAccess(recorder: recorder))
    }
}
