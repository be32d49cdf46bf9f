//! What the endpoint says.

use rml_rtmp::messages::{PeerBandwidthLimitType, RtmpMessage};
use rml_rtmp::rml_amf0::Amf0Value;
use rml_rtmp::time::RtmpTimestamp;

use super::Session;
use crate::amf;
use crate::chunk::ProtocolError;

/// Chunk size of our answers; FFmpeg takes it over for what it sends.
const OUR_CHUNK_SIZE: u32 = 4096;
/// Window of both directions, in bytes.
const WINDOW: u32 = 2_500_000;

impl Session {
    pub(super) fn connected(
        &mut self,
        transaction: f64,
        out: &mut Vec<u8>,
    ) -> Result<(), ProtocolError> {
        self.say(RtmpMessage::WindowAcknowledgement { size: WINDOW }, 0, out)?;
        let limit_type = PeerBandwidthLimitType::Dynamic;
        self.say(RtmpMessage::SetPeerBandwidth { size: WINDOW, limit_type }, 0, out)?;
        let size = self.writer.set_max_chunk_size(OUR_CHUNK_SIZE, RtmpTimestamp::new(0));
        out.extend(size.map_err(|e| ProtocolError::Answer(e.to_string()))?.bytes);
        let server = amf::object([
            ("fmsVer", amf::text("FMS/3,0,1,123")),
            ("capabilities", Amf0Value::Number(31.0)),
        ]);
        let info = amf::object([
            ("level", amf::text("status")),
            ("code", amf::text("NetConnection.Connect.Success")),
            ("description", amf::text("Connection succeeded.")),
            ("objectEncoding", Amf0Value::Number(0.0)),
        ]);
        self.result(transaction, server, info, out)
    }

    pub(super) fn result(
        &mut self,
        transaction_id: f64,
        command_object: Amf0Value,
        value: Amf0Value,
        out: &mut Vec<u8>,
    ) -> Result<(), ProtocolError> {
        let m = RtmpMessage::Amf0Command {
            command_name: "_result".to_owned(),
            transaction_id,
            command_object,
            additional_arguments: vec![value],
        };
        self.say(m, 0, out)
    }

    pub(super) fn status(
        &mut self,
        level: &str,
        code: &str,
        description: &str,
        stream: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), ProtocolError> {
        let m = RtmpMessage::Amf0Command {
            command_name: "onStatus".to_owned(),
            transaction_id: 0.0,
            command_object: Amf0Value::Null,
            additional_arguments: vec![amf::object([
                ("level", amf::text(level)),
                ("code", amf::text(code)),
                ("description", amf::text(description)),
            ])],
        };
        self.say(m, stream, out)
    }

    pub(super) fn say(
        &mut self,
        m: RtmpMessage,
        stream: u32,
        out: &mut Vec<u8>,
    ) -> Result<(), ProtocolError> {
        let answer = |e: &dyn std::fmt::Display| ProtocolError::Answer(e.to_string());
        // Our answers carry no time.
        let m = m.into_message_payload(RtmpTimestamp::new(0), stream).map_err(|e| answer(&e))?;
        out.extend(self.writer.serialize(&m, false, false).map_err(|e| answer(&e))?.bytes);
        Ok(())
    }
}
