package io.github.calib8.spark;

import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.onnx.OnnxModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Pairs of models as bytes, for executors; a model that several pairs share is sent once. */
final class SentModels {
  private SentModels() {}

  static byte[] toBytes(List<ModelPair> pairs) {
    Map<String, OnnxModel> models = new LinkedHashMap<>();
    for (ModelPair pair : pairs) {
      models.put(key(pair.fp32()), pair.fp32());
      models.put(key(pair.int8()), pair.int8());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(models.size());
      for (OnnxModel model : models.values()) {
        byte[] encoded = model.toBytes();
        out.writeUTF(model.name());
        out.writeUTF(model.sha256());
        out.writeInt(encoded.length);
        out.write(encoded);
      }
      out.writeInt(pairs.size());
      for (ModelPair pair : pairs) {
        out.writeUTF(pair.name());
        out.writeUTF(key(pair.fp32()));
        out.writeUTF(key(pair.int8()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static List<ModelPair> fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Map<String, OnnxModel> models = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        String sha256 = in.readUTF();
        OnnxModel model = OnnxModel.parse(in.readNBytes(in.readInt()), name, sha256);
        models.put(key(model), model);
      }
      List<ModelPair> pairs = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        pairs.add(
            new ModelPair(
                in.readUTF(),
                Objects.requireNonNull(models.get(in.readUTF())),
                Objects.requireNonNull(models.get(in.readUTF()))));
      }
      return pairs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Equal for equal models of one name, which messages bear. */
  static String key(OnnxModel model) {
    return model.sha256() + " " + model.name();
  }
}
